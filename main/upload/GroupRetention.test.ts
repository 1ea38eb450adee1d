import { afterEach, beforeEach, expect, test } from 'vitest';
import { LocalCloudWatch } from '../localcloud/LocalCloudWatch.js';
import type { NewGroups } from '../model/NewGroups.js';
import type { SinkOutcome } from '../seams/CloudSink.js';
import { AccountClients } from './AccountClients.js';
import { CloudWatchSink } from './CloudWatchSink.js';
import { GroupRetention } from './GroupRetention.js';
import { LogGroups } from './LogGroups.js';
import { policyFor } from './policyFor.js';
import { account, logDestination, metricDestination } from './records.test-support.js';

const connection = { connectTimeoutMs: 10_000, requestTimeoutMs: 10_000, connectionsMax: 4 };
const { group } = logDestination;
const newGroups: NewGroups = {
  retentionDays: 30,
  tags: [
    { key: 'team', value: 'field' },
    { key: 'empty', value: '' },
  ],
};
const never = new AbortController().signal;
let cloud: LocalCloudWatch;
let sink: CloudWatchSink;
let clients: AccountClients;

beforeEach(async () => {
  cloud = await LocalCloudWatch.start();
  sink = new CloudWatchSink({ account, connection, newGroups, localEndpoint: () => cloud.url });
  clients = new AccountClients(account, cloud.url, connection);
});

afterEach(async () => {
  sink.close();
  clients.destroy();
  await cloud.stop();
});

function send(by = sink): Promise<SinkOutcome> {
  const events = [{ timestampMs: Date.now(), message: 'one' }];
  return by.send({ kind: 'log', destination: logDestination, events }, never);
}

test('a group that is made on the way gets its tags and is kept as long as the robot file says', async () => {
  expect(await send()).toMatchObject({ type: 'accepted' });
  await expect.poll(() => cloud.logGroup(group)).toEqual({ retentionDays: 30, tags: { team: 'field', empty: '' } });
  expect(await sink.probe(never)).toMatchObject({ problem: null });
});

test('one that is there already is not changed, nor is one of a robot that says nothing', async () => {
  const plain = new CloudWatchSink({ account, connection, localEndpoint: () => cloud.url });
  expect(await send(plain)).toMatchObject({ type: 'accepted' });
  plain.close();
  const otherStream = { ...logDestination, stream: 'another' };
  const events = [{ timestampMs: Date.now(), message: 'two' }];
  expect(await sink.send({ kind: 'log', destination: otherStream, events }, never)).toMatchObject({ type: 'accepted' });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(cloud.logGroup(group)).toEqual({ retentionDays: null, tags: {} });
});

test('a retention that is refused is told, and holds up nothing', async () => {
  cloud.faults.add({ kind: 'access-denied', operation: 'PutRetentionPolicy', times: null });
  expect(await send()).toMatchObject({ type: 'accepted' });
  expect(await send()).toMatchObject({ type: 'accepted' });
  await expect
    .poll(() => sink.probe(never))
    .toMatchObject({
      reachable: true,
      problem: {
        code: 'retention',
        message: expect.stringContaining('for ever, not for 30 days') as string,
        nextStep: expect.stringContaining('logs:PutRetentionPolicy') as string,
      },
    });
  expect(cloud.logEventCount(group)).toBe(2);
});

test('one that never answers holds up nothing either', async () => {
  cloud.faults.add({ kind: 'hang', operation: 'PutRetentionPolicy', times: null });
  expect(await send()).toMatchObject({ type: 'accepted' });
  expect(cloud.logEventCount(group)).toBe(1);
});

test('it is tried again each minute until it is done', async () => {
  let nowMs = 0;
  const retention = new GroupRetention(newGroups, () => nowMs);
  cloud.faults.add({ kind: 'access-denied', operation: 'PutRetentionPolicy', times: 2 });
  await retention.create(clients, group, never);
  retention.owe('key', group, () => clients);
  await retention.settled();
  expect(retention.problem).toMatchObject({ code: 'retention' });
  nowMs += 30_000;
  retention.tryAgain();
  nowMs += 31_000;
  retention.tryAgain();
  await retention.settled();
  expect(cloud.logGroup(group)?.retentionDays).toBeNull();
  nowMs += 61_000;
  retention.tryAgain();
  await retention.settled();
  expect(retention.problem).toBeNull();
  expect(cloud.logGroup(group)?.retentionDays).toBe(30);
});

test('one that a person makes from the robot file gets the same, and says when it does not', async () => {
  const groups = new LogGroups({ account, connection, newGroups, localEndpoint: () => cloud.url });
  expect(await groups.create('by/hand')).toMatchObject({ ok: true });
  expect(cloud.logGroup('by/hand')).toEqual({ retentionDays: 30, tags: { team: 'field', empty: '' } });
  cloud.faults.add({ kind: 'access-denied', operation: 'PutRetentionPolicy' });
  expect(await groups.create('by/hand2')).toMatchObject({ ok: false, problem: { code: 'retention' } });
  expect(cloud.logGroup('by/hand2')).toMatchObject({ retentionDays: null });
});

test('the policy asks for the two permissions only where they are needed', () => {
  const actions = (wanted: NewGroups | null): string =>
    policyFor(
      { log: logDestination, metric: metricDestination, ...(wanted === null ? {} : { newGroups: wanted }) },
      'eu-west-1',
      null,
    );
  expect(actions(null)).not.toMatch(/PutRetentionPolicy|TagResource/);
  expect(actions(newGroups)).toMatch(/PutRetentionPolicy[\s\S]*TagResource/);
  expect(actions({ retentionDays: 0, tags: newGroups.tags })).not.toContain('PutRetentionPolicy');
  expect(actions({ retentionDays: 30, tags: [] })).not.toContain('TagResource');
});
