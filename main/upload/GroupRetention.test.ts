import { CreateLogGroupCommand, PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LocalCloudWatch } from '../localcloud/LocalCloudWatch.js';
import type { NewGroups } from '../model/NewGroups.js';
import { succeed } from '../model/Problem.js';
import type { SinkOutcome } from '../seams/CloudSink.js';
import { AccountClients } from './AccountClients.js';
import { CloudWatchSink } from './CloudWatchSink.js';
import { type GroupDebts, MemoryGroupDebts } from './GroupDebts.js';
import { GroupRetention, type GroupRetentionOptions } from './GroupRetention.js';
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

function retentionOf(debts: GroupDebts, change: Partial<GroupRetentionOptions> = {}): GroupRetention {
  return new GroupRetention({ newGroups, debts, clientsOf: () => Promise.resolve(succeed(clients)), ...change });
}

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
  const retention = retentionOf(new MemoryGroupDebts(), { nowMs: () => nowMs });
  cloud.faults.add({ kind: 'access-denied', operation: 'PutRetentionPolicy', times: 2 });
  await retention.create(clients, account, group, never);
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

/** As the next Tether begins: what it does first is to look what is owed. */
async function payAtNextStart(debts: GroupDebts, change: Partial<GroupRetentionOptions> = {}): Promise<GroupRetention> {
  const retention = retentionOf(debts, change);
  retention.tryAgain();
  await retention.settled();
  return retention;
}

test('what is owed is written down before the group is asked for, and paid by the next Tether', async () => {
  const debts = new MemoryGroupDebts();
  const ended = retentionOf(debts);
  cloud.faults.add({ kind: 'hang', operation: 'CreateLogGroup' });
  const ending = new AbortController();
  const creating = ended.create(clients, account, group, ending.signal).catch(() => 'gave up');
  await expect.poll(() => debts.list()).toMatchObject([{ group, days: 30, isMade: false }]);
  ending.abort();
  expect(await creating).toBe('gave up');
  ended.close();
  cloud.faults.clear();
  // It came to nothing: there is nothing to pay.
  await payAtNextStart(debts);
  expect(await debts.list()).toEqual([]);

  const second = retentionOf(debts);
  cloud.faults.add({ kind: 'access-denied', operation: 'PutRetentionPolicy' });
  await second.create(clients, account, group, never);
  await second.settled();
  second.close();
  expect(await debts.list()).toMatchObject([{ group, days: 30, isMade: true }]);
  // The robot file says nothing more of it: what was promised to this group holds.
  await payAtNextStart(debts, { newGroups: null });
  expect(cloud.logGroup(group)).toMatchObject({ retentionDays: 30 });
  expect(await debts.list()).toEqual([]);
});

test('a group of which the answer was lost is known by its time of creation', async () => {
  const debts = new MemoryGroupDebts();
  cloud.faults.add({ kind: 'reset-after-accept', operation: 'CreateLogGroup' });
  await expect(retentionOf(debts).create(clients, account, group, never)).rejects.toThrow();
  expect(cloud.logGroup(group)).toMatchObject({ retentionDays: null });
  expect(await debts.list()).toMatchObject([{ isMade: false }]);
  cloud.faults.add({ kind: 'access-denied', operation: 'DescribeLogGroups' });
  const { problem } = await payAtNextStart(debts);
  expect(problem).toMatchObject({
    code: 'retention',
    message: expect.stringContaining('is not known (the answer was lost)') as string,
    nextStep: expect.stringContaining('logs:DescribeLogGroups') as string,
  });
  expect((await payAtNextStart(debts)).problem).toBeNull();
  expect(cloud.logGroup(group)).toMatchObject({ retentionDays: 30 });
  expect(await debts.list()).toEqual([]);
});

test('one that was there before is never changed, whatever became of the answer', async () => {
  const debts = new MemoryGroupDebts();
  await clients.logs.send(new CreateLogGroupCommand({ logGroupName: group }));
  await expect(retentionOf(debts).create(clients, account, group, never)).rejects.toThrow();
  expect(await debts.list()).toEqual([]);
  // The answer that it is there was lost, and the clock of CloudWatch is an hour further than when the group was made.
  const later = { cloudNowMs: () => Date.now() + 3_600_000 };
  cloud.faults.add({ kind: 'reset-after-accept', operation: 'CreateLogGroup' });
  await expect(retentionOf(debts, later).create(clients, account, group, never)).rejects.toThrow();
  expect(await debts.list()).toMatchObject([{ isMade: false }]);
  await payAtNextStart(debts);
  expect(cloud.logGroup(group)).toMatchObject({ retentionDays: null });
  expect(await debts.list()).toEqual([]);
});

test('one of which an earlier answer was lost stays owed when it is found to be there', async () => {
  const debts = new MemoryGroupDebts();
  cloud.faults.add({ kind: 'reset-after-accept', operation: 'CreateLogGroup' });
  await expect(retentionOf(debts).create(clients, account, group, never)).rejects.toThrow();
  await expect(retentionOf(debts).create(clients, account, group, never)).rejects.toThrow('already exists');
  expect(await debts.list()).toMatchObject([{ isMade: false }]);
  await payAtNextStart(debts);
  expect(cloud.logGroup(group)).toMatchObject({ retentionDays: 30 });
});

test('one that has got a retention meanwhile keeps it', async () => {
  const debts = new MemoryGroupDebts();
  cloud.faults.add({ kind: 'reset-after-accept', operation: 'CreateLogGroup' });
  await expect(retentionOf(debts).create(clients, account, group, never)).rejects.toThrow();
  await clients.logs.send(new PutRetentionPolicyCommand({ logGroupName: group, retentionInDays: 365 }));
  await payAtNextStart(debts);
  expect(cloud.logGroup(group)).toMatchObject({ retentionDays: 365 });
  expect(await debts.list()).toEqual([]);
});

test('the sink that comes after pays it with the first records', async () => {
  const groupDebts = new MemoryGroupDebts();
  const options = { account, connection, newGroups, groupDebts, localEndpoint: () => cloud.url };
  const first = new CloudWatchSink(options);
  cloud.faults.add({ kind: 'access-denied', operation: 'PutRetentionPolicy' });
  expect(await send(first)).toMatchObject({ type: 'accepted' });
  await expect.poll(() => first.probe(never)).toMatchObject({ problem: { code: 'retention' } });
  first.close();
  const next = new CloudWatchSink(options);
  expect(await send(next)).toMatchObject({ type: 'accepted' });
  await expect.poll(() => cloud.logGroup(group)).toMatchObject({ retentionDays: 30 });
  next.close();
});

test('one that a person makes from the robot file gets the same, and says when it does not', async () => {
  const groups = new LogGroups({ account, connection, newGroups, localEndpoint: () => cloud.url });
  expect(await groups.create('by/hand')).toMatchObject({ ok: true });
  expect(cloud.logGroup('by/hand')).toEqual({ retentionDays: 30, tags: { team: 'field', empty: '' } });
  cloud.faults.add({ kind: 'access-denied', operation: 'PutRetentionPolicy' });
  expect(await groups.create('by/hand2')).toMatchObject({ ok: false, problem: { code: 'retention' } });
  expect(cloud.logGroup('by/hand2')).toMatchObject({ retentionDays: null });
  const groupDebts = new MemoryGroupDebts();
  const kept = new LogGroups({ account, connection, newGroups, groupDebts, localEndpoint: () => cloud.url });
  cloud.faults.add({ kind: 'access-denied', operation: 'PutRetentionPolicy' });
  expect(await kept.create('by/hand3')).toMatchObject({ ok: false, problem: { code: 'retention' } });
  await payAtNextStart(groupDebts);
  expect(cloud.logGroup('by/hand3')).toMatchObject({ retentionDays: 30 });
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
