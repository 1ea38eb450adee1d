import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { LocalCloudWatch } from '../localcloud/LocalCloudWatch.js';
import { systemClock } from '../seams/Clock.js';
import { CloudWatchSink } from './CloudWatchSink.js';
import { MemoryCache } from './MemoryCache.test-support.js';
import { account, logDestination, logRecord, logsConfig } from './records.test-support.js';
import { metricDestination, metricRecord, metricsConfig, sendingConfig } from './records.test-support.js';
import { MemoryIntentBook } from './intents/MemoryIntentBook.js';
import { Uploader } from './Uploader.js';

const logCount = 30_000;
const metricCount = 3_000;

test('through lost answers, throttles, faults and a link that goes: nothing is lost, and nothing is there twice', async () => {
  const cloud = await LocalCloudWatch.start();
  const cache = new MemoryCache();
  const sink = new CloudWatchSink({
    account,
    // None of these faults is a silence: what answers late is a busy machine.
    connection: { connectTimeoutMs: 10_000, requestTimeoutMs: 10_000, connectionsMax: 4 },
    localEndpoint: () => (linked ? cloud.url : 'http://127.0.0.1:9'),
  });
  let linked = true;
  const uploader = new Uploader({
    intents: new MemoryIntentBook(),
    ...{ cache, sink, clock: systemClock, onStatus: () => undefined },
    settings: { logs: logsConfig, metrics: metricsConfig, sending: sendingConfig },
    // The shortest back-off.
    random: () => 0,
  });
  const nowNs = systemClock.nowNs();
  const at = (index: number): bigint => nowNs - BigInt(logCount - index) * 1_000_000n;
  cache.add(
    logDestination,
    ...Array.from({ length: logCount }, (_, index) => logRecord(at(index), { message: `line ${index} .` })),
  );
  cache.add(
    metricDestination,
    ...Array.from({ length: metricCount }, (_, index) => metricRecord(at(index), { value: index })),
  );
  cloud.faults.add(
    { kind: 'reset-after-accept', operation: 'PutLogEvents', skip: 4 },
    { kind: 'half-body', operation: 'PutMetricData', skip: 1 },
    { kind: 'throttle' },
    { kind: 'status', status: 503 },
    { kind: 'reset-before' },
  );
  uploader.start();
  const flushed = uploader.flush({}, { signal: new AbortController().signal, wait: true });
  await sleep(150);
  linked = false;
  await sleep(300);
  linked = true;
  uploader.tryNow();
  expect(await flushed).toMatchObject({ ok: true, value: { refused: 0, remaining: 0 } });
  await uploader.stop();

  expect(cache.inState('acknowledged')).toHaveLength(logCount + metricCount);
  expect(uploader.status()).toMatchObject({ maybeTwiceLogs: 0, maybeTwiceMetrics: 0, unresolvedMetrics: 0 });
  const messages = cloud.logEvents(logDestination.group).map(({ message }) => message);
  const values = cloud.metricData(metricDestination.namespace).map(({ observation }) => JSON.stringify(observation));
  expect(new Set(messages).size).toBe(logCount);
  expect(new Set(values).size).toBe(metricCount);
  expect(messages).toHaveLength(logCount);
  expect(values).toHaveLength(metricCount);
  sink.close();
  await cloud.stop();
});
