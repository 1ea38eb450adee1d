import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { ros2LogSchemaName, ros2MetricListSchemaName } from '../../codec/schemas.js';
import type { Finding } from '../../model/Finding.js';
import { patient } from '../../model/patient.test-support.js';
import { ownHostRuntime } from '../HostRuntime.js';
import { compiledHostScript, onThisMachineOnly, Publisher, realRos, testDomain } from '../realRos.test-support.js';
import { type DoctorOptions, runDoctor } from './runDoctor.js';
import { domainOfPort, localDomainMax } from './localDomains.js';
import { participantOf } from './scanDomains.js';

const domainId = testDomain(60);
/** Where nobody is: no other test file takes the domains from 65 to 69. */
const emptyDomainId = domainId + 5;
const publishers: Publisher[] = [];
afterEach(async () => {
  await Promise.all(publishers.splice(0).map((publisher) => publisher.stop()));
});

function examine(change: Partial<DoctorOptions>): Promise<readonly Finding[]> {
  return runDoctor({
    domainId,
    environment: onThisMachineOnly,
    topics: [
      { topic: '/rosout', schemaName: ros2LogSchemaName },
      { topic: '/metrics', schemaName: ros2MetricListSchemaName },
    ],
    rosEnvironment: realRos(),
    ...{ rosProblem: null, lastHeard: null },
    runtime: ownHostRuntime(),
    probeScript: path.join(path.dirname(compiledHostScript()), 'doctor', 'probeProcess.js'),
    ...change,
  });
}

function of(findings: readonly Finding[], id: string): Finding {
  const finding = findings.find((each) => each.id === id);
  if (finding === undefined) throw new Error(`nothing about ${id}: ${JSON.stringify(findings)}`);
  return finding;
}

test('a real robot is found on its domain, its topics with their publishers, its clock in step', async () => {
  const robot = new Publisher(domainId, ['--count', '0', '--rate', '50', '--best-effort', '--node', 'talker']);
  publishers.push(robot);
  await robot.reached('started');
  // A look takes some seconds and tells of what was discovered by its end: on a busy machine the next one tells more.
  const right = await vi.waitFor(async () => {
    const findings = await examine({});
    expect(of(findings, 'nodes').details).toEqual(['/talker']);
    expect(of(findings, 'last-message').words).toMatch(/^None: \d+ came while/);
    return findings;
  }, patient);
  const wrong = await vi.waitFor(async () => {
    const findings = await examine({ domainId: emptyDomainId });
    // Asked on the wrong domain, it says where somebody is. Other tests may be on other domains meanwhile.
    expect(of(findings, 'domains').words).toMatch(
      new RegExp(`Nobody on domain ${emptyDomainId}, but on .*domain ${domainId}\\b`),
    );
    return findings;
  }, patient);
  expect(of(right, 'ros')).toMatchObject({ state: 'ok' });
  expect(of(right, 'packages')).toMatchObject({ state: 'ok' });
  expect(of(right, 'domains')).toMatchObject({ state: 'ok' });
  expect(of(right, 'topic /rosout')).toMatchObject({ state: 'note' });
  expect(of(right, 'topic /rosout').details).toEqual(['talker: rcl_interfaces/msg/Log, best effort, transient local']);
  expect(of(right, 'topic /metrics')).toMatchObject({ state: 'warning', words: 'Nobody publishes it.' });
  expect(of(right, 'clock')).toMatchObject({ state: 'ok' });
  expect(of(wrong, 'domains').state).toBe('warning');
  expect(of(wrong, 'nodes')).toMatchObject({ state: 'failed' });
});

test('without ROS the networks and domains are looked at all the same', async () => {
  const rosProblem = { code: 'no-ros', message: 'no ROS 2 was found', nextStep: 'Run `npm run setup`.' };
  const findings = await examine({ rosEnvironment: null, rosProblem, listenMs: 50 });
  expect(of(findings, 'ros')).toMatchObject({ state: 'failed', words: rosProblem.message });
  expect(of(findings, 'probe')).toMatchObject({ state: 'failed', nextStep: rosProblem.nextStep });
  expect(findings.map(({ id }) => id)).toContain('domains');
});

test('the domain follows from a discovery port, and from no other', () => {
  expect([7_410, 7_412, 7_660, 7_410 + 250 * 77 + 6].map(domainOfPort)).toEqual([0, 0, 1, 77]);
  expect([7_400, 7_411, 7_409, 53, 7_410 + 250 * (localDomainMax + 1)].map(domainOfPort)).toEqual(
    Array.from({ length: 5 }, () => null),
  );
});

test('only RTPS messages name a participant', () => {
  const message = Buffer.concat([Buffer.from('RTPS'), Buffer.from([2, 3, 1, 15]), Buffer.alloc(12, 0xab)]);
  expect(participantOf(message)).toBe('ab'.repeat(12));
  expect(participantOf(message.subarray(1))).toBeNull();
  expect(participantOf(Buffer.alloc(40))).toBeNull();
});
