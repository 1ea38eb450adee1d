import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MetricDatumToSend } from '../seams/CloudSink.js';
import { FakeSink } from './FakeSink.test-support.js';
import { ManualClock } from './ManualClock.test-support.js';
import { MemoryCache } from './MemoryCache.test-support.js';
import { logDestination, logRecord, logsConfig, metricDestination } from './records.test-support.js';
import { account, metricRecord, metricsConfig, sendingConfig } from './records.test-support.js';
import { MemoryIntentBook } from './intents/MemoryIntentBook.js';
import { Uploader } from './Uploader.js';
import type { UploaderStatus } from './UploaderStatus.js';

const startNs = 1_750_000_000_000_000_000n;
const hourNs = 3_600_000_000_000n;
const never = new AbortController().signal;

let clock: ManualClock;
let cache: MemoryCache;
let sink: FakeSink;
let intents: MemoryIntentBook;
let uploader: Uploader;
let statuses: UploaderStatus[];

beforeEach(() => {
  clock = new ManualClock(startNs);
  cache = new MemoryCache();
  sink = new FakeSink(() => Number(clock.nowNs() / 1_000_000n));
  statuses = [];
  intents = new MemoryIntentBook();
  uploader = new Uploader({
    intents,
    cache,
    sink,
    settings: { logs: logsConfig, metrics: metricsConfig, sending: sendingConfig },
    clock,
    // The longest back-off: what a test waits for is then exact.
    random: () => 1,
    onStatus: (status) => statuses.push(status),
  });
});

afterEach(async () => {
  const stopped = uploader.stop();
  await clock.advance(10_000);
  await stopped;
  // Whatever happened: nothing is left between the states.
  expect(cache.inState('sending')).toEqual([]);
});

function addLogs(count: number, message = 'line'): void {
  const nowNs = clock.nowNs();
  cache.add(
    logDestination,
    ...Array.from({ length: count }, (_, index) => logRecord(nowNs, { message: `${message} ${index}` })),
  );
}

function addMetrics(...values: readonly number[]): void {
  cache.add(metricDestination, ...values.map((value) => metricRecord(clock.nowNs(), { value })));
}

function messages(): readonly string[] {
  return sink.events.map(({ message }) => message.replace(/^.*\] /, '').trimEnd());
}

test('sends what waits at the start and acknowledges it', async () => {
  addLogs(3);
  addMetrics(1, 2);
  uploader.start();
  await clock.settle();
  expect(messages()).toEqual(['line 0', 'line 1', 'line 2']);
  expect(sink.data.map(({ value }) => value)).toEqual([1, 2]);
  expect(cache.inState('acknowledged')).toHaveLength(5);
  expect(uploader.status()).toMatchObject({
    state: 'idle',
    sentLogs: 3,
    sentMetrics: 2,
    refused: 0,
    maybeTwiceLogs: 0,
  });
  expect(statuses.map(({ state }) => state)).toContain('sending');
});

test('lets a live record wait for the publish period at most, and gathers what comes meanwhile', async () => {
  uploader.start();
  await clock.settle();
  addLogs(1, 'first');
  await clock.advance(5_000);
  expect(messages()).toEqual(['first 0']);
  addLogs(2, 'second');
  await clock.advance(1_000);
  addLogs(2, 'third');
  await clock.advance(3_999);
  expect(sink.requests).toHaveLength(1);
  await clock.advance(1);
  expect(sink.requests).toHaveLength(2);
  expect(messages()).toHaveLength(5);
});

test('a change of the settings is obeyed within a moment, whatever the period was, and the period holds again after it', async () => {
  const slow = { logs: { ...logsConfig, publishPeriodMs: 60_000 }, metrics: metricsConfig, sending: sendingConfig };
  uploader.setSettings(slow);
  uploader.start();
  await clock.settle();
  await clock.advance(2_000);
  addLogs(1, 'first');
  await clock.advance(1_000);
  expect(messages()).toEqual(['first 0']);
  addLogs(1, 'waits');
  await clock.advance(10_000);
  expect(messages()).toEqual(['first 0']);
  uploader.setSettings({ ...slow, logs: { ...slow.logs, publishPeriodMs: 30_000 } });
  await clock.settle();
  expect(messages()).toEqual(['first 0', 'waits 0']);
  addLogs(1, 'by the new settings');
  await clock.advance(200);
  expect(messages()).toEqual(['first 0', 'waits 0', 'by the new settings 0']);
  await clock.advance(2_000);
  addLogs(1, 'long after the last');
  await clock.settle();
  expect(messages()).toHaveLength(4);
  addLogs(1, 'waits as before');
  await clock.advance(29_900);
  expect(messages()).toHaveLength(4);
  await clock.advance(100);
  expect(messages()).toHaveLength(5);
});

test('sends a backlog in full requests back to back', async () => {
  addLogs(35_000, 'x'.repeat(40));
  uploader.start();
  await clock.settle();
  await clock.advance(0);
  await clock.settle();
  expect(cache.inState('acknowledged')).toHaveLength(35_000);
  // The first few do not know yet how bytes on disk become bytes of events.
  expect(sink.requests.length).toBeLessThanOrEqual(8);
});

test('sends old records of a backlog back to back although each request is small', async () => {
  for (let index = 0; index < 5; index++) {
    const place = { ...logDestination, stream: `stream ${index}` };
    cache.add(place, logRecord(startNs - hourNs * BigInt(index + 1)));
  }
  uploader.start();
  for (let index = 0; index < 5; index++) await clock.advance(0);
  expect(cache.inState('acknowledged')).toHaveLength(5);
});

test.each([
  ['newest_first', [3, 2, 1, 0]],
  ['oldest_first', [0, 1, 2, 3]],
] as const)('%s: a backlog goes in that order', async (order, days) => {
  uploader.setSettings({ logs: logsConfig, metrics: metricsConfig, sending: { ...sendingConfig, order } });
  for (let day = 0; day < 4; day++) {
    const place = { ...logDestination, stream: `day ${day}` };
    cache.add(place, logRecord(startNs - hourNs * BigInt(96 - day)));
  }
  uploader.start();
  for (let index = 0; index < 4; index++) await clock.advance(0);
  const streams = sink.requests.map(({ destination }) => (destination.kind === 'log' ? destination.stream : ''));
  expect(streams).toEqual(days.map((day) => `day ${day}`));
});

test('never sends what CloudWatch would refuse for its age, nor yet what is stamped ahead', async () => {
  cache.add(
    logDestination,
    logRecord(0n, { message: 'clock never set' }),
    logRecord(startNs - 14n * 24n * hourNs, { message: 'two weeks old' }),
    logRecord(startNs + 3n * hourNs, { message: 'ahead' }),
    logRecord(startNs, { message: 'now' }),
  );
  uploader.start();
  await clock.settle();
  expect(messages()).toEqual(['now']);
  expect(cache.inState('expired')).toHaveLength(2);
  await clock.advance(65 * 60_000);
  expect(messages()).toEqual(['now']);
  await clock.advance(5 * 60_000);
  expect(messages()).toEqual(['now', 'ahead']);
});

test('offline: keeps everything, asks every 5 s, and sends when the link is back', async () => {
  sink.always = 'offline';
  addLogs(3);
  addMetrics(1);
  uploader.start();
  await clock.settle();
  expect(uploader.status()).toMatchObject({ state: 'waiting', problem: { code: 'offline' } });
  expect(cache.inState('pending')).toHaveLength(4);
  await clock.advance(60_000);
  // One of the two lanes asks each time, not both.
  expect(sink.requests.length).toBeGreaterThanOrEqual(12);
  expect(sink.requests.length).toBeLessThanOrEqual(18);
  sink.always = null;
  await clock.advance(5_000);
  expect(cache.inState('acknowledged')).toHaveLength(4);
  expect(uploader.status()).toMatchObject({ state: 'idle', problem: null, maybeTwiceLogs: 0 });
});

test('tryNow does not wait for the time to be over', async () => {
  sink.always = 'offline';
  addLogs(1);
  uploader.start();
  await clock.settle();
  sink.always = null;
  uploader.tryNow();
  await clock.settle();
  expect(cache.inState('acknowledged')).toHaveLength(1);
});

test('throttled: doubles the ceiling to a minute, and honours Retry-After', async () => {
  sink.always = 'throttle';
  addLogs(1);
  uploader.start();
  await clock.settle();
  const at: number[] = [];
  for (let seconds = 0; seconds < 240; seconds++) {
    const before = sink.requests.length;
    await clock.advance(1_000);
    if (sink.requests.length > before) at.push(seconds + 1);
  }
  expect(at).toEqual([2, 6, 14, 30, 62, 122, 182]);
  sink.always = null;
  sink.faults.push('throttle');
  sink.retryAfterMs = 300_000;
  await clock.advance(3_000);
  expect(cache.inState('pending')).toHaveLength(1);
  await clock.advance(298_999);
  expect(cache.inState('acknowledged')).toHaveLength(0);
  await clock.advance(1);
  expect(cache.inState('acknowledged')).toHaveLength(1);
});

test('what one lane learns of the account spares the other', async () => {
  sink.faults.push('throttle');
  addLogs(1);
  uploader.start();
  await clock.settle();
  addMetrics(1);
  await clock.advance(1_999);
  expect(sink.requests).toHaveLength(1);
  await clock.advance(11_000);
  expect(cache.inState('acknowledged')).toHaveLength(2);
});

test('invalid: finds the bad records, puts them aside with the reason, and sends all others once', async () => {
  addLogs(1_000);
  sink.isPoison = (item) => 'message' in item && /line (13|14|700)\n/.test(item.message);
  uploader.start();
  await clock.settle();
  await clock.settle();
  for (let index = 0; index < 20; index++) await clock.settle();
  expect(cache.inState('quarantined').map(({ cached }) => cached.address.ordinal)).toEqual([13, 14, 700]);
  expect(cache.inState('quarantined')[0]?.reason).toMatch(/InvalidParameter/);
  expect(cache.inState('acknowledged')).toHaveLength(997);
  expect(new Set(messages()).size).toBe(997);
  expect(messages()).toHaveLength(997);
  expect(uploader.status().refused).toBe(3);
});

test('when every record is refused it is not the records: nothing is put aside', async () => {
  addLogs(200);
  sink.isPoison = () => true;
  uploader.start();
  for (let index = 0; index < 30; index++) await clock.settle();
  expect(cache.inState('pending')).toHaveLength(200);
  expect(uploader.status()).toMatchObject({ state: 'blocked', problem: { code: 'refused' } });
});

test('a name that CloudWatch cannot have blocks with the key to correct, and is never sent', async () => {
  cache.add({ ...logDestination, group: 'field team' }, logRecord(startNs));
  uploader.start();
  await clock.settle();
  expect(sink.requests).toEqual([]);
  expect(cache.inState('pending')).toHaveLength(1);
  expect(uploader.status().problem?.nextStep).toContain('log_group_name');
});

test('NaN goes to quarantine alone', async () => {
  addMetrics(1, Number.NaN, 3);
  uploader.start();
  await clock.settle();
  expect(sink.data.map((datum: MetricDatumToSend) => datum.value)).toEqual([1, 3]);
  expect(cache.inState('quarantined')).toHaveLength(1);
  expect(sink.requests).toHaveLength(1);
});

test('not authorised: blocked, data stay, tried again each minute; metrics are not held up by the logs', async () => {
  sink.faults.push('expired-token');
  addLogs(1);
  uploader.start();
  await clock.settle();
  expect(uploader.status()).toMatchObject({ state: 'blocked', problem: { code: 'expired-token' } });
  addMetrics(1);
  await clock.advance(10_000);
  expect(sink.data).toHaveLength(1);
  expect(cache.inState('pending')).toHaveLength(1);
  await clock.advance(50_000);
  expect(cache.inState('acknowledged')).toHaveLength(2);
  expect(uploader.status()).toMatchObject({ state: 'idle', problem: null });
});

test('an answer lost, and no permission to read: the very same logs go again, and are counted', async () => {
  addLogs(3);
  sink.faults.push('reset-after-accept');
  uploader.start();
  await clock.settle();
  expect(cache.inState('sending')).toHaveLength(3);
  addLogs(2, 'later');
  await clock.advance(2_000);
  expect(sink.requests.slice(1)).toContainEqual(sink.requests[0]);
  expect(uploader.status()).toMatchObject({ maybeTwiceLogs: 3, maybeTwiceMetrics: 0 });
  await clock.advance(5_000);
  expect(cache.inState('acknowledged')).toHaveLength(5);
  expect(messages()).toHaveLength(8);
});

test('an answer lost: what CloudWatch has is not sent again', async () => {
  sink.mayRead = true;
  addLogs(3);
  addMetrics(1, 2);
  sink.faults.push('reset-after-accept', 'reset-after-accept');
  uploader.start();
  await clock.advance(15_000);
  expect(cache.inState('acknowledged')).toHaveLength(5);
  expect(messages()).toEqual(['line 0', 'line 1', 'line 2']);
  expect(sink.data).toHaveLength(2);
  expect(uploader.status()).toMatchObject({ maybeTwiceLogs: 0, maybeTwiceMetrics: 0, sentLogs: 3, sentMetrics: 2 });
  expect([...intents.openNow()]).toEqual([]);
});

test('an answer lost before the request came through: it is sent, once', async () => {
  sink.mayRead = true;
  addMetrics(1, 2);
  sink.faults.push('lost-before');
  uploader.start();
  await clock.advance(15_000);
  expect(sink.data.map(({ value }) => value)).toEqual([1, 2]);
  expect(uploader.status()).toMatchObject({ maybeTwiceMetrics: 0, sentMetrics: 2, unresolvedMetrics: 0 });
});

test.each([
  ['sent', 2, 0],
  ['again', 4, 2],
] as const)('metrics that nobody can tell of wait for a choice: %s', async (choice, inCloud, maybeTwice) => {
  addMetrics(1, 2);
  sink.faults.push('reset-after-accept');
  uploader.start();
  await clock.advance(120_000);
  expect(cache.inState('sending')).toHaveLength(2);
  expect(uploader.status()).toMatchObject({ unresolvedMetrics: 2, maybeTwiceMetrics: 0 });
  // Others are not held up.
  addMetrics(3);
  await clock.advance(10_000);
  expect(cache.inState('acknowledged')).toHaveLength(1);
  expect(await uploader.settle(choice)).toBe(2);
  await clock.advance(10_000);
  expect(cache.inState('acknowledged')).toHaveLength(3);
  expect(sink.data.length).toBe(inCloud + 1);
  expect(uploader.status()).toMatchObject({ unresolvedMetrics: 0, maybeTwiceMetrics: maybeTwice });
});

test('several answers lost in one minute of one metric: each request is told from the others', async () => {
  sink.mayRead = true;
  for (let round = 0; round < 3; round++) addMetrics(...Array.from({ length: 1_000 }, (_, index) => index));
  sink.faults.push('reset-after-accept', 'lost-before', 'reset-after-accept');
  uploader.start();
  await clock.advance(120_000);
  expect(sink.data.length + uploader.status().unresolvedMetrics).toBeGreaterThanOrEqual(3_000);
  expect(new Set(sink.data).size).toBe(sink.data.length);
  await uploader.settle('again');
  await clock.advance(120_000);
  expect(cache.inState('acknowledged')).toHaveLength(3_000);
  expect(sink.data.length - 3_000).toBeLessThanOrEqual(uploader.status().maybeTwiceMetrics);
});

test('rejected events of an accepted request go to quarantine, the rest is acknowledged', async () => {
  addLogs(2);
  cache.add(logDestination, logRecord(startNs + hourNs, { message: 'soon too new' }));
  // The server's clock is 90 minutes behind ours.
  sink = new FakeSink(() => Number(clock.nowNs() / 1_000_000n) - 5_400_000);
  uploader = new Uploader({
    intents,
    ...{ cache, sink, clock, random: () => 1, onStatus: () => undefined },
    settings: { logs: logsConfig, metrics: metricsConfig, sending: sendingConfig },
  });
  uploader.start();
  await clock.settle();
  expect(cache.inState('acknowledged')).toHaveLength(2);
  expect(cache.inState('quarantined').map(({ reason }) => reason)).toEqual(['too new']);
});

test('a disk that cannot take the acknowledgement is asked again; nothing is sent twice', async () => {
  addLogs(2);
  cache.acknowledgeFailures = 3;
  uploader.start();
  await clock.advance(10_000);
  expect(cache.inState('acknowledged')).toHaveLength(2);
  expect(sink.requests).toHaveLength(1);
});

test('manual: sends nothing until asked, then what the filter means and no more', async () => {
  uploader.setMode('manual');
  uploader.start();
  cache.add(
    logDestination,
    logRecord(startNs, { severity: 'ERROR', message: 'bad' }),
    logRecord(startNs, { message: 'fine' }),
  );
  addMetrics(1);
  await clock.advance(120_000);
  expect(sink.requests).toEqual([]);
  expect(uploader.status()).toMatchObject({ state: 'manual', flushing: false });
  const flushed = uploader.flush({ kind: 'log', severityMin: 'ERROR' }, { signal: never, wait: true });
  await clock.settle();
  expect(await flushed).toEqual({ ok: true, value: { sentLogs: 1, sentMetrics: 0, refused: 0, remaining: 0 } });
  expect(messages()).toEqual(['bad']);
  expect(cache.inState('pending')).toHaveLength(2);
});

test('a flush goes at most once around: what comes meanwhile does not prolong it', async () => {
  uploader.setMode('manual');
  addLogs(10);
  uploader.start();
  const send = sink.send.bind(sink);
  sink.send = (request, signal) => {
    addLogs(10, 'meanwhile');
    return send(request, signal);
  };
  const flushed = uploader.flush({}, { signal: never, wait: true });
  await clock.settle();
  expect(await flushed).toEqual({ ok: true, value: { sentLogs: 10, sentMetrics: 0, refused: 0, remaining: 10 } });
});

test('a flush with nothing to send is done at once', async () => {
  uploader.setMode('manual');
  uploader.start();
  expect(await uploader.flush({}, { signal: never, wait: false })).toEqual({
    ok: true,
    value: { sentLogs: 0, sentMetrics: 0, refused: 0, remaining: 0 },
  });
});

test('a flush that does not wait says offline, and is then over', async () => {
  uploader.setMode('manual');
  sink.always = 'offline';
  addLogs(2);
  uploader.start();
  const flushed = uploader.flush({}, { signal: never, wait: false });
  await clock.settle();
  expect(await flushed).toMatchObject({ ok: false, problem: { code: 'offline' } });
  expect(uploader.status()).toMatchObject({ state: 'manual', flushing: false });
  sink.always = null;
  await clock.advance(60_000);
  expect(cache.inState('pending')).toHaveLength(2);
});

test('a flush that does not wait tries although the link was down a moment ago', async () => {
  sink.always = 'offline';
  addLogs(2);
  addMetrics(1);
  uploader.start();
  await clock.settle();
  sink.always = null;
  const flushed = uploader.flush({}, { signal: never, wait: false });
  await clock.settle();
  expect(await flushed).toMatchObject({ ok: true, value: { sentLogs: 2, sentMetrics: 1 } });
});

test('a flush that does not wait sits out a throttle', async () => {
  uploader.setMode('manual');
  sink.faults.push('throttle', 'server');
  addLogs(1);
  uploader.start();
  const flushed = uploader.flush({}, { signal: never, wait: false });
  await clock.advance(10_000);
  expect(await flushed).toMatchObject({ ok: true, value: { sentLogs: 1 } });
});

test('a flush that waits starts by itself when the link is back', async () => {
  uploader.setMode('manual');
  sink.always = 'offline';
  addLogs(2);
  uploader.start();
  const flushed = uploader.flush({}, { signal: never, wait: true });
  await clock.advance(600_000);
  expect(uploader.status()).toMatchObject({ state: 'waiting', flushing: true });
  sink.always = null;
  await clock.advance(15_000);
  expect(await flushed).toMatchObject({ ok: true, value: { sentLogs: 2, remaining: 0 } });
});

test('a flush can be cancelled, and ends when the uploader stops', async () => {
  uploader.setMode('manual');
  sink.always = 'offline';
  addLogs(1);
  uploader.start();
  const aborter = new AbortController();
  const cancelled = uploader.flush({}, { signal: aborter.signal, wait: true });
  const stopped = uploader.flush({}, { signal: never, wait: true });
  await clock.settle();
  aborter.abort();
  expect(await cancelled).toMatchObject({ ok: false, problem: { code: 'cancelled' } });
  await uploader.stop();
  expect(await stopped).toMatchObject({ ok: false, problem: { code: 'stopped' } });
});

test('a paused flush sends nothing, nor does anything go by itself; called off, all goes by itself again', async () => {
  sink.always = 'offline';
  addLogs(2);
  addMetrics(1);
  uploader.start();
  const page = new AbortController();
  const flushed = uploader.flush({ kind: 'metric' }, { signal: page.signal, wait: false });
  await clock.settle();
  expect(await flushed).toMatchObject({ ok: false, problem: { code: 'offline' } });
  const waits = uploader.flush({ kind: 'metric' }, { signal: page.signal, wait: true });
  await clock.settle();
  expect(uploader.pauseFlushes()).toBe(1);
  sink.always = null;
  page.abort();
  await clock.advance(600_000);
  expect(sink.events.length + sink.data.length).toBe(0);
  expect(uploader.status()).toMatchObject({
    ...{ state: 'manual', mode: 'auto', flushing: false, flush: null },
    words: expect.stringContaining('paused') as string,
    paused: { records: 1, sent: 0, refused: 0, filter: { kind: 'metric' } },
  });
  expect(uploader.cancelFlushes('under-way')).toBe(0);
  expect(uploader.cancelFlushes('paused')).toBe(1);
  expect(await waits).toMatchObject({ ok: false, problem: { code: 'cancelled' } });
  await clock.advance(5_000);
  expect(uploader.status()).toMatchObject({ state: 'idle', paused: null, sentLogs: 2, sentMetrics: 1 });
});

test('a paused flush goes on where it was, with its filter; another flush goes meanwhile', async () => {
  uploader.setMode('manual');
  sink.always = 'offline';
  addLogs(2, 'not meant');
  cache.add(logDestination, logRecord(startNs, { severity: 'ERROR', message: 'meant' }));
  addMetrics(1);
  uploader.start();
  const paused = uploader.flush({ kind: 'log', severityMin: 'ERROR' }, { signal: never, wait: false });
  expect(uploader.pauseFlushes()).toBe(1);
  await clock.settle();
  sink.always = null;
  const other = uploader.flush({ kind: 'metric' }, { signal: never, wait: false });
  await clock.settle();
  expect(await other).toMatchObject({ ok: true, value: { sentLogs: 0, sentMetrics: 1 } });
  expect(uploader.status().paused).toMatchObject({ records: 1, filter: { kind: 'log', severityMin: 'ERROR' } });
  expect(uploader.resumeFlushes()).toBe(1);
  await clock.settle();
  expect(await paused).toMatchObject({ ok: true, value: { sentLogs: 1, remaining: 0 } });
  expect(messages()).toEqual(['meant']);
});

test('a long flush does not hold up live records', async () => {
  uploader.start();
  await clock.settle();
  const send = sink.send.bind(sink);
  sink.send = async (request, signal) => {
    await new Promise<void>((resolve) => {
      clock.after(3_000, resolve);
    });
    return send(request, signal);
  };
  for (let index = 0; index < 60; index++) {
    const place = { ...logDestination, stream: `stream ${index}` };
    cache.add(place, logRecord(startNs, { severity: 'ERROR', message: 'old' }));
  }
  const flushed = uploader.flush({ severityMin: 'ERROR' }, { signal: never, wait: true });
  await clock.advance(20_000);
  cache.add({ ...logDestination, stream: 'live' }, logRecord(clock.nowNs(), { message: 'live' }));
  await clock.advance(14_000);
  expect(messages()).toContain('live');
  expect(uploader.status().flushing).toBe(true);
  await clock.advance(240_000);
  expect(await flushed).toMatchObject({ ok: true });
});

test('stop lets the request under way end, and gives it up after its bound', async () => {
  addLogs(2);
  sink.faults.push('hang');
  uploader.start();
  await clock.settle();
  const stopped = uploader.stop();
  await clock.advance(2_999);
  expect(cache.inState('sending')).toHaveLength(2);
  await clock.advance(1);
  await stopped;
  expect(cache.inState('pending')).toHaveLength(2);
  expect([...intents.openNow()]).toMatchObject([{ records: 2, ranges: [{ segment: 1, from: 0, to: 1 }] }]);
});

test('new settings hold from the next request on', async () => {
  uploader.start();
  uploader.setSettings({
    logs: logsConfig,
    metrics: { ...metricsConfig, storageResolutionS: 1, defaultDimensions: [{ name: 'robot', value: 'r1' }] },
    sending: sendingConfig,
  });
  addMetrics(5);
  await clock.advance(10_000);
  expect(sink.data).toMatchObject([{ storageResolutionS: 1, dimensions: [{ name: 'robot', value: 'r1' }] }]);
});

test('dry run: what would go, where, and what is left out and why', async () => {
  const aws = {
    ...logDestination,
    account: { ...account, cloud: 'aws' as const, profile: 'field', region: 'eu-west-1' },
  };
  cache.add(aws, ...Array.from({ length: 25_000 }, () => logRecord(startNs, { message: 'x'.repeat(100) })));
  cache.add(aws, logRecord(0n), logRecord(startNs + 5n * hourNs));
  addMetrics(1, Number.NaN);
  cache.add(logDestination, logRecord(startNs, { severity: 'DEBUG', message: 'held' }));
  const held = cache.entries.at(-1);
  if (held !== undefined) held.state = 'held';
  const estimate = await uploader.dryRun({});
  expect(estimate).toMatchObject({
    records: 25_001,
    logs: 25_000,
    metrics: 1,
    logRequests: 5,
    metricRequests: 1,
    requests: 6,
  });
  expect(estimate.groups).toMatchObject([
    { destination: { stream: 'rover 1', account: { profile: 'field' } }, records: 25_000, requests: 5, series: [] },
    { destination: { namespace: 'rovers' }, records: 1, requests: 1, series: [{ name: 'battery', dimensions: [] }] },
  ]);
  expect(estimate.leftOut.map(({ records }) => records)).toEqual([1, 1, 1, 1]);
  const eventBytes = 26 + Buffer.byteLength(`1750000000.000000000 INFO [node name: nav.planner] ${'x'.repeat(100)}\n`);
  expect(estimate.billed).toEqual({ logBytes: 25_000 * eventBytes, metricRequests: 0 });
  expect(estimate.bytes).toBeGreaterThan(25_000 * eventBytes);
  expect(cache.inState('pending')).toHaveLength(25_004);
});

test('dry run of what goes to the local CloudWatch costs nothing that could be named', async () => {
  addLogs(1);
  expect(await uploader.dryRun({})).toMatchObject({ records: 1, billed: null });
});
