import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RecordClass, Severity } from '../model/Severity.js';
import { FakeSink } from './FakeSink.test-support.js';
import { MemoryIntentBook } from './intents/MemoryIntentBook.js';
import { ManualClock } from './ManualClock.test-support.js';
import { MemoryCache } from './MemoryCache.test-support.js';
import { logDestination, logRecord, logsConfig, metricDestination } from './records.test-support.js';
import { metricRecord, metricsConfig, sendingConfig } from './records.test-support.js';
import { Uploader } from './Uploader.js';

let clock: ManualClock;
let cache: MemoryCache;
let sink: FakeSink;
let uploader: Uploader;

beforeEach(() => {
  clock = new ManualClock(1_750_000_000_000_000_000n);
  cache = new MemoryCache();
  sink = new FakeSink(() => Number(clock.nowNs() / 1_000_000n));
  const settings = settingsWith([]);
  uploader = new Uploader({ intents: new MemoryIntentBook(), cache, sink, settings, clock, random: () => 1 });
});

afterEach(async () => {
  const stopped = uploader.stop();
  await clock.advance(10_000);
  await stopped;
  expect(cache.inState('sending')).toEqual([]);
});

function settingsWith(sendsWhenMetered: readonly RecordClass[]) {
  return { logs: logsConfig, metrics: metricsConfig, sending: { ...sendingConfig, sendsWhenMetered } };
}

function add(severity: Severity, message: string): void {
  cache.add(logDestination, logRecord(clock.nowNs(), { severity, message }));
}

function messages(): readonly string[] {
  return sink.events.map(({ message }) => message.replace(/^.*\] /, '').trimEnd());
}

test('on a metered link nothing goes by itself, and the status says why', async () => {
  uploader.setMetered(true);
  uploader.start();
  add('ERROR', 'motor hot');
  cache.add(metricDestination, metricRecord(clock.nowNs()));
  await clock.advance(3_600_000);
  expect(sink.requests).toEqual([]);
  expect(uploader.status()).toMatchObject({
    state: 'manual',
    mode: 'auto',
    words: 'metered link: waits for you',
    metered: { sends: [] },
  });
});

test('a flush goes all the same, and nothing after it', async () => {
  uploader.setMetered(true);
  uploader.start();
  add('INFO', 'first');
  const flushed = uploader.flush({}, { signal: new AbortController().signal, wait: false });
  await clock.advance(1_000);
  expect(await flushed).toMatchObject({ ok: true, value: { sentLogs: 1, remaining: 0 } });
  add('INFO', 'second');
  await clock.advance(3_600_000);
  expect(messages()).toEqual(['first']);
});

test('what the robot file names goes at its usual pace, the rest waits', async () => {
  uploader.setSettings(settingsWith(['ERROR', 'FATAL']));
  uploader.setMetered(true);
  uploader.start();
  await clock.settle();
  add('INFO', 'path found');
  add('ERROR', 'motor hot');
  add('FATAL', 'motor lost');
  cache.add(metricDestination, metricRecord(clock.nowNs()));
  await clock.advance(6_000);
  expect(messages()).toEqual(['motor hot', 'motor lost']);
  expect(sink.data).toEqual([]);
  expect(uploader.status()).toMatchObject({ state: 'manual', metered: { sends: ['ERROR', 'FATAL'] } });
  add('ERROR', 'motor cold');
  await clock.advance(6_000);
  expect(messages()).toContain('motor cold');
  expect(messages()).not.toContain('path found');
});

test('metrics go when they are named, without the lines', async () => {
  uploader.setSettings(settingsWith(['metric']));
  uploader.setMetered(true);
  uploader.start();
  add('FATAL', 'motor lost');
  cache.add(metricDestination, metricRecord(clock.nowNs(), { value: 7 }));
  await clock.advance(11_000);
  expect(sink.events).toEqual([]);
  expect(sink.data).toMatchObject([{ value: 7 }]);
});

test('when the link costs nothing any more, what waited goes without being asked for', async () => {
  uploader.setMetered(true);
  uploader.start();
  add('INFO', 'path found');
  await clock.advance(60_000);
  uploader.setMetered(false);
  await clock.advance(100);
  expect(messages()).toEqual(['path found']);
  expect(uploader.status()).toMatchObject({ state: 'idle', metered: null });
});

test('a person who chose to flush by hand is not overruled by what a metered link would let go', async () => {
  uploader.setSettings(settingsWith(['ERROR']));
  uploader.setMetered(true);
  uploader.setMode('manual');
  uploader.start();
  add('ERROR', 'motor hot');
  await clock.advance(60_000);
  expect(messages()).toEqual([]);
  expect(uploader.status()).toMatchObject({ words: 'sends only when you flush' });
});

test('an error goes at once, before what waits for its period and, oldest first, for what came before', async () => {
  const slow = { ...settingsWith([]), logs: { ...logsConfig, publishPeriodMs: 60_000 } };
  uploader.setSettings({ ...slow, sending: { ...slow.sending, order: 'oldest_first' } });
  uploader.start();
  await clock.settle();
  await clock.advance(2_000);
  add('INFO', 'first');
  await clock.advance(60_000);
  expect(messages()).toEqual(['first']);
  add('INFO', 'path found');
  add('ERROR', 'motor hot');
  uploader.kickUrgent();
  await clock.settle();
  expect(messages()).toEqual(['first', 'motor hot']);
  // More of them go together, a second later.
  for (let count = 0; count < 5; count += 1) {
    add('FATAL', `motor lost ${count}`);
    uploader.kickUrgent();
  }
  await clock.advance(900);
  expect(sink.requests).toHaveLength(2);
  await clock.advance(200);
  expect(sink.requests).toHaveLength(3);
  expect(messages()).not.toContain('path found');
  await clock.advance(60_000);
  expect(messages()).toContain('path found');
  expect(messages()).toHaveLength(8);
});

test('what is urgent waits all the same where it may not go by itself', async () => {
  uploader.setMetered(true);
  uploader.start();
  add('ERROR', 'motor hot');
  uploader.kickUrgent();
  await clock.advance(60_000);
  uploader.setMetered(false);
  uploader.setMode('manual');
  uploader.kickUrgent();
  await clock.advance(60_000);
  expect(messages()).toEqual([]);
});
