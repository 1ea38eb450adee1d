import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { patient } from '../model/patient.test-support.js';
import { succeed } from '../model/Problem.js';
import { here, onThisMachineOnly, Publisher, testDomain, until } from './realRos.test-support.js';
import { realSource } from './realSource.test-support.js';
import type { Ros2Source } from './Ros2Source.js';

/** Real rclpy nodes and their own parameter services, asked through a real host. */
const domainId = testDomain(90);
let source: Ros2Source;
let node: Publisher;
let silent: Publisher;

beforeAll(async () => {
  source = realSource({ domainId, environment: onThisMachineOnly }, { metricTopics: [] });
  node = new Publisher(domainId, [], here, 'parameter_node.py');
  silent = new Publisher(
    domainId,
    ['--namespace', '/arm', '--node', 'health_metric_collector', '--no-services'],
    here,
    'parameter_node.py',
  );
  await source.start(() => undefined);
  await Promise.all([node.reached('ready'), silent.reached('ready')]);
});

afterAll(async () => {
  await source.stop();
  await Promise.all([node.stop(), silent.stop()]);
});

/** Nodes and their services are discovered one by one. What `/cloudwatch_logger` said when all was as expected. */
async function read(
  names: readonly string[] = ['cloudwatch_logger'],
  expected: readonly (readonly [node: string, how: string])[] = [['/cloudwatch_logger', 'read']],
): Promise<ReadonlyMap<string, unknown>> {
  return await vi.waitFor(async () => {
    const nodes = await source.readParameters(names);
    if (!nodes.ok) throw new Error(nodes.problem.message);
    expect(nodes.value.map((one) => [one.node, one.problem?.code ?? 'read'])).toEqual(expected);
    const logger = nodes.value.find((one) => one.node === '/cloudwatch_logger');
    return new Map(logger?.parameters.map(({ name, value }) => [name, value]));
  }, patient);
}

test('what nodes have is read in every type that a robot file knows, and a node without services says so', async () => {
  const values = await read(
    ['cloudwatch_logger', 'health_metric_collector', 'nobody'],
    [
      ['/arm/health_metric_collector', 'parameters-off'],
      ['/cloudwatch_logger', 'read'],
    ],
  );
  expect(Object.fromEntries(values)).toMatchObject({
    log_group_name: 'old group',
    publish_frequency: 5,
    sub_to_rosout: true,
    storage_limit: 1_048_576,
    topics: ['/a', '/b\u00e9'],
    'aws_client_configuration.region': 'us-west-2',
    // A type that no robot file has.
    numbers: null,
  });
});

test('values are set one by one; what a node refuses comes with its own reason, the rest holds', async () => {
  // The service that sets is discovered by itself, maybe later than those that read: asked to set nothing, it changes nothing.
  await expect.poll(() => source.setParameters('/cloudwatch_logger', [])).toEqual(succeed([]));
  const answers = await source.setParameters('/cloudwatch_logger', [
    { name: 'publish_frequency', kind: 'double', value: 2 },
    { name: 'log_group_name', kind: 'string', value: 'forbidden group' },
    { name: 'log_stream_name', kind: 'string', value: 'other' },
    { name: 'sub_to_rosout', kind: 'bool', value: false },
    { name: 'storage_limit', kind: 'int', value: 2_048 },
    { name: 'topics', kind: 'string[]', value: ['/c', '/d\u00e9'] },
    { name: 'aws_client_configuration.region', kind: 'string', value: 'eu-north-1' },
    { name: 'nothing_such', kind: 'int', value: 1 },
  ]);
  if (!answers.ok) throw new Error(answers.problem.message);
  expect(answers.value.map(({ name, isSet }) => [name, isSet])).toEqual([
    ['publish_frequency', true],
    ['log_group_name', false],
    ['log_stream_name', false],
    ['sub_to_rosout', true],
    ['storage_limit', true],
    ['topics', true],
    ['aws_client_configuration.region', true],
    ['nothing_such', false],
  ]);
  const reasons = new Map(answers.value.map(({ name, reason }) => [name, reason]));
  expect(reasons.get('log_group_name')).toBe('that group is not ours');
  expect(reasons.get('log_stream_name')).toMatch(/read.only/i);
  await node.reached('storage_limit=2048');
  expect(Object.fromEntries(await read())).toMatchObject({
    log_group_name: 'old group',
    log_stream_name: 'fixed',
    publish_frequency: 2,
    sub_to_rosout: false,
    storage_limit: 2_048,
    topics: ['/c', '/d\u00e9'],
    'aws_client_configuration.region': 'eu-north-1',
  });
});

test('topics are listed that nobody listens to', async () => {
  await expect
    .poll(async () => {
      const topics = await source.listTopics();
      return topics.ok ? topics.value : [];
    })
    .toContainEqual({ topic: '/parameter_events', types: ['rcl_interfaces/msg/ParameterEvent'] });
});

test('a host that has ended answers nothing', async () => {
  await source.stop();
  for (const asked of [source.readParameters(['a']), source.setParameters('/a', []), source.listTopics()]) {
    expect(await asked).toMatchObject({ ok: false, problem: { code: 'not-connected' } });
  }
  await until(() => source.status().state === 'stopped');
});
