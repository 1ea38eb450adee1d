import { afterEach, expect, test } from 'vitest';
import { AccountBreakers } from './AccountBreakers.js';
import { FakeSink } from './FakeSink.test-support.js';
import { MemoryIntentBook } from './intents/MemoryIntentBook.js';
import { ManualClock } from './ManualClock.test-support.js';
import { MemoryCache } from './MemoryCache.test-support.js';
import { logDestination, logRecord, logsConfig, metricsConfig, sendingConfig } from './records.test-support.js';
import { Uploader } from './Uploader.js';

const clock = new ManualClock(1_750_000_000_000_000_000n);
const robots: Uploader[] = [];

function robot(sink: FakeSink, breakers: AccountBreakers): MemoryCache {
  const cache = new MemoryCache();
  const settings = { logs: logsConfig, metrics: metricsConfig, sending: sendingConfig };
  const parts = { cache, sink, settings, clock, breakers, intents: new MemoryIntentBook() };
  const uploader = new Uploader({ ...parts, random: () => 1 });
  uploader.start();
  robots.push(uploader);
  return cache;
}

afterEach(async () => {
  const stopped = Promise.all(robots.splice(0).map((uploader) => uploader.stop()));
  await clock.advance(10_000);
  await stopped;
});

function add(cache: MemoryCache): void {
  cache.add(logDestination, logRecord(clock.nowNs()));
}

test('what one robot is told, all of an account heed: one of them tries, and then all go on', async () => {
  const sink = new FakeSink(() => Number(clock.nowNs() / 1_000_000n));
  const breakers = new AccountBreakers(clock, () => 1);
  const caches = Array.from({ length: 5 }, () => robot(sink, breakers));
  // Each has sent something, so that it knows its account.
  caches.forEach(add);
  await clock.advance(6_000);
  expect(sink.events).toHaveLength(5);
  sink.always = 'throttle';
  sink.retryAfterMs = 20_000;
  const before = sink.requests.length;
  const [first] = caches;
  if (first !== undefined) add(first);
  await clock.advance(10_000);
  expect(sink.requests.length - before).toBe(1);
  // The four others have something as well now: nobody asks before the time that the service named is over.
  caches.slice(1).forEach(add);
  await clock.advance(9_000);
  expect(sink.requests.length - before).toBe(1);
  sink.always = null;
  await clock.advance(60_000);
  expect(sink.events).toHaveLength(10);
});

test('an account of its own is not held up', async () => {
  const sink = new FakeSink(() => Number(clock.nowNs() / 1_000_000n));
  const breakers = new AccountBreakers(clock, () => 1);
  const [here, there] = [breakers.of(logDestination.account), breakers.of({ ...logDestination.account, region: 'x' })];
  const problem = { code: 'throttled', message: 'slow down', nextStep: '' };
  here.failed({ cause: 'throttled', problem, afterMs: 5_000 });
  expect(breakers.of(logDestination.account).waitMs()).toBe(5_000);
  expect(there.waitMs()).toBe(0);
  const cache = robot(sink, breakers);
  add(cache);
  await clock.advance(4_000);
  expect(sink.events).toHaveLength(0);
  await clock.advance(10_000);
  expect(sink.events).toHaveLength(1);
});
