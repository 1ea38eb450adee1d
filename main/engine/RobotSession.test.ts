import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ros2LogChannel } from '../codec/schemas.js';
import { patient } from '../model/patient.test-support.js';
import type { CachedRecord } from '../seams/Cache.js';
import { FakeSource } from '../ros/FakeSource.js';
import { systemClock } from '../seams/Clock.js';
import { ManualClock } from '../upload/ManualClock.test-support.js';
import type { RobotSession } from './RobotSession.js';
import { logChannel, logMessage, robotConfig, rowStates, SessionBench } from './SessionBench.test-support.js';

let bench: SessionBench;

beforeEach(async () => {
  bench = await SessionBench.make();
});

afterEach(async () => {
  await bench.remove();
});

async function opened(mode: 'auto' | 'manual', config = robotConfig()): Promise<RobotSession> {
  const session = await bench.open(config);
  session.startUploading(mode);
  await session.connect();
  return session;
}

async function recordsOf(session: RobotSession): Promise<CachedRecord[]> {
  const records: CachedRecord[] = [];
  for await (const record of session.cache.read({}, 'oldest')) records.push(record);
  return records;
}

function messagesOf(records: readonly CachedRecord[]): string[] {
  return records.map(({ record }) => (record.kind === 'log' ? record.message : record.name));
}

describe('the way of a record', () => {
  test('received, cached, sending, sent; every metric of a list counts', async () => {
    const session = await opened('manual');
    const open = bench.sink.shut();
    bench.giveLogs('one', 'two', 'three');
    expect(rowStates(session)).toEqual(['received', 'received', 'received']);
    bench.giveMetrics(4);
    await vi.waitFor(() => {
      expect(rowStates(session)).toEqual(['cached', 'cached', 'cached']);
    }, patient);
    await session.intake.drain();
    expect(await session.status()).toMatchObject({
      ...{ receivedLogs: 3, receivedMetrics: 4, cachedRecords: 7, pendingLogs: 3, pendingMetrics: 4, lost: {} },
      upload: { state: 'manual' },
    });

    session.uploader.setMode('auto');
    await vi.waitFor(() => {
      expect(rowStates(session)).toEqual(['sending', 'sending', 'sending']);
    }, patient);
    expect(bench.sink.events).toEqual([]);
    open();
    await vi.waitFor(async () => {
      expect(rowStates(session)).toEqual(['sent', 'sent', 'sent']);
      expect(await session.usage()).toMatchObject({ cachedRecords: 0, acknowledgedLogs: 3, acknowledgedMetrics: 4 });
    }, patient);
    expect(bench.sink.events).toHaveLength(3);
    expect(bench.sink.data.map(({ name }) => name)).toEqual(['metric 0', 'metric 1', 'metric 2', 'metric 3']);
  });

  test('what the robot file says not to keep is shown, and never gets to the disk', async () => {
    const config = robotConfig();
    const session = await opened('manual', {
      ...config,
      logs: { ...config.logs, severityMin: 'WARN', ignoreNodes: ['/arm/noisy'] },
    });
    bench.giveLogs(
      { severity: 'INFO', message: 'too mild' },
      { severity: 'WARN', message: 'kept' },
      { severity: 'FATAL', message: 'ignored', node: 'arm.noisy' },
      { severity: 'ERROR', message: 'kept too' },
    );
    await session.intake.drain();
    expect(rowStates(session)).toEqual(['skipped', 'cached', 'skipped', 'cached']);
    expect(messagesOf(await recordsOf(session))).toEqual(['kept', 'kept too']);
    expect(session.intake.skippedLogs).toBe(2);
    expect(await session.status()).toMatchObject({ receivedLogs: 4, cachedRecords: 2, lost: {} });
  });

  test('of several robots on one domain, only lines from the namespace are taken, and the others are said', async () => {
    const config = robotConfig();
    const session = await opened('manual', { ...config, source: { ...config.source, namespace: '/rover_1' } });
    bench.giveLogs(
      { message: 'ours', node: 'rover_1.nav' },
      { message: 'of another', node: 'rover_2.nav' },
      { message: 'a longer name', node: 'rover_10.nav' },
      { message: 'of none', node: 'supervisor' },
      { message: 'ours, deeper', node: 'rover_1.arm.gripper' },
    );
    // A topic of the robot's own: whoever writes there writes of it.
    bench.source.giveMany(ros2LogChannel('/rover_1/log'), [logMessage({ message: 'own topic', node: 'bridge' })]);
    bench.giveMetrics(1);
    await session.intake.drain();
    expect(messagesOf(await recordsOf(session))).toEqual(['ours', 'ours, deeper', 'own topic', 'metric 0']);
    const { receivedLogs, lost, ladder, sourceWords } = await session.status();
    expect([receivedLogs, lost, sourceWords]).toEqual([3, {}, 'ROS 2 · domain 0 · /rover_1']);
    expect(ladder.find(({ id }) => id === 'topics')?.reason).toContain('3 lines from outside /rover_1 were left out.');
  });

  test('bytes that cannot be understood are counted, with a gap where they were', async () => {
    const session = await opened('manual');
    const broken = { data: Uint8Array.of(0, 1, 0, 0, 9), receivedNs: systemClock.nowNs() };
    bench.source.giveMany(logChannel, [logMessage('before'), broken, logMessage('after')]);
    const text = { ...ros2LogChannel('/chatter'), schemaName: 'std_msgs/msg/String' };
    bench.source.give(text, Uint8Array.of(0, 1, 0, 0), systemClock.nowNs());
    await session.intake.drain();
    // Rows of one batch come in order of arrival, gaps among them.
    expect(rowStates(session)).toEqual(['cached', 'gap 1', 'cached', 'gap 1']);
    await vi.waitFor(async () => {
      expect((await session.status()).lost).toEqual({ decode: 2 });
    }, patient);
    // What CloudWatch is told of it goes with the records.
    const marker = expect.stringMatching(/^Lost: 1 record that could not be understood \(decode: \/rosout/) as string;
    await vi.waitFor(async () => {
      expect(messagesOf(await recordsOf(session))).toEqual(['before', 'after', marker]);
    }, patient);
    expect(bench.log.join('\n')).toContain('/chatter');
  });

  test('what the source says it lost is counted by its stage', async () => {
    const session = await opened('manual');
    bench.giveLogs('before');
    bench.source.lose({ stage: 'host', count: 12, reason: 'queue full', noticedNs: systemClock.nowNs() });
    await session.intake.drain();
    expect(rowStates(session)).toEqual(['cached', 'gap 12']);
    await vi.waitFor(async () => {
      expect((await session.status()).lost).toEqual({ host: 12 });
    }, patient);
  });
});

test('losses stand between the lines where they were, and add up on disk', async () => {
  const session = await opened('manual');
  for (let round = 0; round < 50; round += 1) {
    bench.giveLogs(`before ${round}`);
    bench.source.lose({ stage: 'dds', count: 41, reason: 'DDS history (/rosout)', noticedNs: systemClock.nowNs() });
  }
  await session.intake.drain();
  expect(rowStates(session)).toEqual(Array.from({ length: 50 }, () => ['cached', 'gap 41']).flat());
  const { lost, ladder } = await session.status();
  expect(lost).toEqual({ dds: 50 * 41 });
  expect(ladder.find(({ id }) => id === 'topics')?.reason).toContain('DDS history (/rosout)');
});

test('what a link or a full memory lost a moment ago stands on the rung of its place', async () => {
  const session = await opened('manual');
  const rung = async (id: string) => (await session.status()).ladder.find((each) => each.id === id);
  bench.giveLogs('heard');
  bench.source.lose({ stage: 'link', count: 5, reason: 'gap in sequence numbers', noticedNs: systemClock.nowNs() });
  await session.intake.drain();
  expect(await rung('topics')).toMatchObject({
    words: '5 lost',
    reason: expect.stringContaining('gap in seq') as string,
  });
  expect(await rung('disk')).toMatchObject({ state: 'ok' });

  // A cache whose memory is full gives these back without a place.
  const append = vi.spyOn(session.cache, 'append');
  append.mockImplementation((records) => Promise.resolve(records.map((_, index) => (index === 0 ? null : nowhere))));
  bench.giveLogs('lost', 'kept');
  bench.giveLogs('lost too', 'kept');
  await session.intake.drain();
  append.mockRestore();
  expect(await rung('disk')).toMatchObject({ state: 'warning', words: '2 lost' });
  expect(await rung('topics')).toMatchObject({ words: '5 lost' });
});

const nowhere = { segment: 1_000_000, ordinal: 0 };

test('what a publisher kept from before we came is shown as such', async () => {
  const session = await opened('manual');
  const { data } = logMessage('kept');
  bench.source.give(logChannel, data, systemClock.nowNs(), true);
  bench.giveLogs('live');
  const rows = session.logs.rowsFrom(0, 2);
  expect(rows.map((row) => row.type === 'log' && row.replayed)).toEqual([true, undefined]);
});

describe('the link', () => {
  test('offline everything stays, and goes by itself when the link is back', async () => {
    bench.sink.always = 'offline';
    const session = await opened('auto');
    bench.giveLogs('a', 'b', 'c');
    bench.giveMetrics(2);
    await vi.waitFor(async () => {
      const status = await session.status();
      expect(status).toMatchObject({
        ...{ pendingRecords: 5, cachedRecords: 5 },
        upload: { state: 'waiting', problem: { code: 'offline' } },
      });
      expect(status.ladder.find(({ id }) => id === 'internet')).toMatchObject({ state: 'failed', words: 'no link' });
    }, patient);
    await vi.waitFor(() => {
      expect(rowStates(session)).toEqual(['cached', 'cached', 'cached']);
    }, patient);
    bench.sink.always = null;
    await vi.waitFor(async () => {
      expect(rowStates(session)).toEqual(['sent', 'sent', 'sent']);
      expect(await session.usage()).toMatchObject({ cachedRecords: 0, acknowledgedLogs: 3, acknowledgedMetrics: 2 });
    }, patient);
    expect(bench.sink.events).toHaveLength(3);
    await vi.waitFor(async () => {
      const { ladder } = await session.status();
      expect(ladder.find(({ id }) => id === 'internet')).toMatchObject({ state: 'ok' });
    }, patient);
  });

  test('an event that CloudWatch refuses turns refused, the others are sent', async () => {
    bench.sink.isPoison = (item) => 'message' in item && item.message.includes('poison');
    const session = await opened('auto');
    bench.giveLogs('good', 'poison', 'good as well');
    await vi.waitFor(() => {
      expect(rowStates(session)).toEqual(['sent', 'refused', 'sent']);
    }, patient);
    expect(await session.usage()).toMatchObject({ quarantinedRecords: 1, pendingRecords: 0, acknowledgedLogs: 2 });
    expect(bench.sink.events).toHaveLength(2);
  });

  test('a link that stays away with nothing to send is asked now and then, however often the status is', async () => {
    const clock = new ManualClock(systemClock.nowNs());
    const slow = await SessionBench.make(clock);
    slow.sink.probeAnswer = {
      reachable: true,
      accountId: null,
      problem: { code: 'not-authorised', message: 'The token has expired.', nextStep: 'Sign in.' },
    };
    const session = await slow.open();
    session.startUploading('auto');
    for (let quarter = 0; quarter < 240; quarter++) {
      await session.status();
      await clock.advance(250);
    }
    const probes = slow.sink.probes;
    // The uploader's own end needs no time of this clock: nothing is under way.
    await slow.remove();
    expect(probes).toBeGreaterThan(2);
    expect(probes).toBeLessThanOrEqual(31);
  });
});

describe('a changed robot file', () => {
  test('sends only what comes after it elsewhere', async () => {
    const session = await opened('manual');
    bench.giveLogs('old 1', 'old 2');
    const config = robotConfig();
    await session.apply({
      ...config,
      logs: { ...config.logs, group: 'new/group', stream: 'new-stream' },
      metrics: { ...config.metrics, namespace: 'new-namespace' },
    });
    bench.giveLogs('new 1');
    bench.giveMetrics(1);
    await session.intake.drain();
    session.uploader.setMode('auto');
    await vi.waitFor(async () => {
      expect((await session.usage()).acknowledgedLogs).toBe(3);
      expect((await session.usage()).acknowledgedMetrics).toBe(1);
    }, patient);
    const places = bench.sink.requests.map((request) =>
      request.kind === 'log'
        ? [request.destination.group, request.destination.stream, request.events.length]
        : [request.destination.namespace, request.data.length],
    );
    expect(places.toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual([
      ['new-namespace', 1],
      ['new/group', 'new-stream', 1],
      [config.logs.group, config.logs.stream, 2],
    ]);
    expect(bench.sinksMade).toBe(1);
  });

  test('makes a new connection to CloudWatch, or to the robot, only when theirs changed', async () => {
    const session = await opened('manual');
    const first = bench.source;
    const config = robotConfig();
    await session.apply({ ...config, connection: { ...config.connection, requestTimeoutMs: 12_345 } });
    expect(bench.sinksMade).toBe(2);
    expect(bench.source).toBe(first);
    await session.apply({ ...session.config, source: { ...config.source, domainId: 9 } });
    expect(bench.sinksMade).toBe(2);
    expect(bench.source).not.toBe(first);
    expect(first.status().state).toBe('stopped');
    bench.giveLogs('over the new one');
    await session.intake.drain();
    expect(rowStates(session)).toEqual(['cached']);
  });
});

/** Hands on what it still has while it stops, as the robot host does. */
class DrainingSource extends FakeSource {
  override async stop(): Promise<void> {
    await Promise.resolve();
    this.giveMany(logChannel, [logMessage('last word')]);
    await super.stop();
  }
}

describe('coming and going', () => {
  test('disconnected, nothing is taken in; connected again, it goes on', async () => {
    const session = await opened('manual');
    bench.giveLogs('one');
    await session.disconnect();
    expect(await session.status()).toMatchObject({
      connected: false,
      ladder: [{ id: 'robot', words: 'not connected' }, {}, {}, {}, {}],
    });
    bench.giveLogs('nobody listens');
    await session.connect();
    await session.connect();
    bench.giveLogs('two');
    await session.intake.drain();
    expect(messagesOf(await recordsOf(session))).toEqual(['one', 'two']);
    expect(await session.status()).toMatchObject({ connected: true, receivedLogs: 2 });
  });

  test('what the source hands on while it stops is kept', async () => {
    bench.newSource = () => new DrainingSource();
    const session = await opened('manual');
    bench.giveLogs('one');
    await session.disconnect();
    expect(messagesOf(await recordsOf(session))).toEqual(['one', 'last word']);
    expect(await session.status()).toMatchObject({ receivedLogs: 2, cachedRecords: 2, connected: false });
  });

  test('connected again before the old source has gone: one after the other', async () => {
    bench.newSource = () => new DrainingSource();
    const session = await opened('manual');
    const first = bench.source;
    const gone = session.disconnect();
    await Promise.all([gone, session.connect()]);
    expect(bench.source).not.toBe(first);
    bench.giveLogs('from the second');
    await session.intake.drain();
    expect(messagesOf(await recordsOf(session))).toEqual(['last word', 'from the second']);
    expect(session.connected).toBe(true);
  });

  test('disconnected while it is still connecting: it stays so', async () => {
    const session = await bench.open();
    const connecting = session.connect();
    await session.disconnect();
    await connecting;
    expect(session.connected).toBe(false);
    expect(bench.source.status()).toMatchObject({ state: 'stopped' });
  });

  test('close leaves all on disk, and opened again it has it all', async () => {
    const session = await opened('manual');
    const messages = Array.from({ length: 200 }, (_, index) => `message ${index}`);
    bench.giveLogs(...messages);
    bench.giveMetrics(3);
    expect(await session.close()).toEqual({ ok: true, value: undefined });
    const again = await bench.open();
    expect(await again.usage()).toMatchObject({ cachedRecords: 203, pendingRecords: 203, lost: {} });
    expect(messagesOf(await recordsOf(again))).toEqual([...messages, 'metric 0', 'metric 1', 'metric 2']);
  });

  test('closed while CloudWatch does not answer: what it may have had stays, too', async () => {
    bench.sink.always = 'hang';
    const session = await opened('auto');
    bench.giveLogs('one', 'two');
    await vi.waitFor(() => {
      expect(rowStates(session)).toEqual(['sending', 'sending']);
    }, patient);
    await session.close();
    bench.sink.always = null;
    const again = await bench.open();
    expect(await again.usage()).toMatchObject({ cachedRecords: 2, pendingRecords: 2 });
    again.startUploading('auto');
    await vi.waitFor(async () => {
      expect(await again.usage()).toMatchObject({ cachedRecords: 0, acknowledgedLogs: 2 });
    }, patient);
  });
});
