import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LocalCloudWatch } from '../localcloud/LocalCloudWatch.js';
import { checkPermissions, type PermissionReport } from './checkPermissions.js';
import { CloudWatchSink } from './CloudWatchSink.js';
import { account, logDestination, metricDestination } from './records.test-support.js';

const connection = { connectTimeoutMs: 10_000, requestTimeoutMs: 10_000, connectionsMax: 8 };
let cloud: LocalCloudWatch;

beforeEach(async () => {
  cloud = await LocalCloudWatch.start();
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST1');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await cloud.stop();
});

function ask(accountId = '', endpoint = cloud.url): Promise<PermissionReport> {
  const aws = { cloud: 'aws', region: 'eu-west-1', profile: '', endpoint } as const;
  return checkPermissions({
    ...{ log: { ...logDestination, account: aws }, metric: { ...metricDestination, account: aws } },
    ...{ connection, accountId, localEndpoint: () => null },
  });
}

function statesOf(report: PermissionReport): Record<string, string> {
  return Object.fromEntries(report.answers.map(({ action, state, needed }) => [action, `${state} ${String(needed)}`]));
}

async function makePlace(): Promise<void> {
  const sink = new CloudWatchSink({ account, connection, localEndpoint: () => cloud.url });
  const events = [{ timestampMs: Date.now(), message: 'one' }];
  const sent = await sink.send({ kind: 'log', destination: logDestination, events }, new AbortController().signal);
  expect(sent).toMatchObject({ type: 'accepted' });
  sink.close();
}

test('with every permission: each is found by its own call, and nothing is made or written', async () => {
  await makePlace();
  const report = await ask();
  expect(report).toMatchObject({ accountId: '000000000000', problem: null });
  expect(statesOf(report)).toEqual({
    'logs:PutLogEvents': 'allowed true',
    'logs:CreateLogStream': 'allowed false',
    'logs:CreateLogGroup': 'allowed false',
    'logs:DescribeLogStreams': 'allowed false',
    'logs:GetLogEvents': 'allowed false',
    'cloudwatch:PutMetricData': 'allowed true',
    'cloudwatch:GetMetricStatistics': 'allowed false',
    'cloudwatch:ListMetrics': 'allowed false',
  });
  expect(cloud.logEventCount(logDestination.group)).toBe(1);
  expect(cloud.stats()).toMatchObject({ dataAccepted: 0, eventsAccepted: 1 });
});

test('where nothing is there yet, what would make it is not tried where it would', async () => {
  expect(statesOf(await ask())).toMatchObject({
    'logs:PutLogEvents': 'allowed true',
    // There is no group to make it in: so it can be asked for.
    'logs:CreateLogStream': 'allowed true',
    'logs:CreateLogGroup': 'untold true',
  });
  expect(cloud.stats().requests).not.toHaveProperty('CreateLogGroup');
});

test.each([
  'logs:PutLogEvents',
  'logs:CreateLogStream',
  'logs:CreateLogGroup',
  'logs:DescribeLogStreams',
  'cloudwatch:PutMetricData',
  'cloudwatch:ListMetrics',
])('without %s it is that one which is missing', async (action) => {
  await makePlace();
  cloud.faults.add({ kind: 'access-denied', operation: action.replace(/^.*:/, ''), times: null });
  const missing = (await ask()).answers.filter(({ state }) => state === 'missing');
  expect(missing.map((answer) => answer.action)).toEqual([action]);
});

test('the policy names group, namespace, region and account, and nothing wider where it can', async () => {
  const { policy } = await ask();
  expect(JSON.parse(policy)).toMatchObject({
    Version: '2012-10-17',
    Statement: [
      {
        Resource: [
          'arn:aws:logs:eu-west-1:000000000000:log-group:field/team',
          'arn:aws:logs:eu-west-1:000000000000:log-group:field/team:*',
        ],
      },
      { Condition: { StringEquals: { 'cloudwatch:namespace': 'rovers' } } },
      { Action: ['logs:DescribeLogGroups', 'cloudwatch:GetMetricStatistics', 'cloudwatch:ListMetrics'] },
    ],
  });
});

test('what keeps it from asking is said instead, with the policy all the same', async () => {
  expect(await ask('123456789012')).toMatchObject({ answers: [], problem: { code: 'other-account' } });
  const offline = await ask('', 'http://127.0.0.1:9');
  expect(offline).toMatchObject({ answers: [], problem: { code: 'offline' } });
  expect(offline.policy).toContain('arn:aws:logs:eu-west-1:*:log-group:field/team');
  cloud.faults.add({ kind: 'expired-token', operation: 'GetCallerIdentity' });
  expect(await ask()).toMatchObject({ answers: [], problem: { code: 'expired-token' } });
});
