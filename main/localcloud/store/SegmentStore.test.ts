import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { appendFile, mkdir, mkdtemp, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureOf, startTestCloud, type TestCloud } from '../testClients.js';

let storeFolder: string;
let running: TestCloud[] = [];

beforeEach(async () => {
  storeFolder = await mkdtemp(join(tmpdir(), 'tether-localcloud-'));
});

afterEach(async () => {
  await Promise.all(running.map((test) => test.stop()));
  running = [];
  await rm(storeFolder, { recursive: true });
});

async function start(options: { bytesMax?: number } = {}): Promise<TestCloud> {
  const test = await startTestCloud({ storeFolder, ...options });
  running.push(test);
  return test;
}

async function createStream(test: TestCloud): Promise<void> {
  await test.logs.send(new CreateLogGroupCommand({ logGroupName: 'g', tags: { team: 'field' } }));
  await test.logs.send(new CreateLogStreamCommand({ logGroupName: 'g', logStreamName: 's' }));
}

function put(test: TestCloud, messages: readonly string[], timestamp = Date.now()): Promise<unknown> {
  const logEvents = messages.map((message) => ({ timestamp, message }));
  return test.logs.send(new PutLogEventsCommand({ logGroupName: 'g', logStreamName: 's', logEvents }));
}

const messagesOf = (test: TestCloud): string[] => test.cloud.logEvents('g').map((event) => event.message);

async function lastSegment(): Promise<string> {
  const names = (await readdir(storeFolder)).sort();
  return join(storeFolder, names.at(-1) ?? '');
}

describe('over a restart', () => {
  it('all that was sent is there', async () => {
    const first = await start();
    await createStream(first);
    await first.logs.send(new PutRetentionPolicyCommand({ logGroupName: 'g', retentionInDays: 7 }));
    await put(first, ['one', 'zwei\n€', '\u0000"\\']);
    const tooOld = { timestamp: Date.now() - 20 * 86_400_000, message: 'too old' };
    const logEvents = [tooOld, { timestamp: Date.now(), message: 'taken' }];
    await first.logs.send(new PutLogEventsCommand({ logGroupName: 'g', logStreamName: 's', logEvents }));
    const MetricData = [{ MetricName: 'm', Values: [1, 2], Counts: [3, 4] }];
    await first.metrics.send(new PutMetricDataCommand({ Namespace: 'n', MetricData }));
    await first.logs.send(new CreateLogGroupCommand({ logGroupName: 'gone' }));
    await first.logs.send(new DeleteLogGroupCommand({ logGroupName: 'gone' }));
    const before = [first.cloud.logEvents('g'), first.cloud.metricData('n')];
    await first.stop();
    const second = await start();
    expect([second.cloud.logEvents('g'), second.cloud.metricData('n')]).toEqual(before);
    expect(second.cloud.logGroupNames()).toEqual(['g']);
    expect(second.cloud.stats()).toMatchObject({ eventsLoaded: 4, dataLoaded: 1, storeNotes: [], eventsAccepted: 0 });
    await put(second, ['one']);
    await second.stop();
    expect(await readdir(storeFolder)).toHaveLength(1);
  });

  it('a torn last line is dropped, and noted, wherever it was torn', async () => {
    const first = await start();
    await createStream(first);
    await put(first, ['whole']);
    await put(first, ['torn']);
    await first.stop();
    const file = await lastSegment();
    const { size } = await stat(file);
    await truncate(file, size - 10);
    const second = await start();
    expect(messagesOf(second)).toEqual(['whole']);
    expect(second.cloud.stats().storeNotes).toEqual([expect.stringMatching(/dropped a torn last line/)]);
    await put(second, ['after']);
    await second.stop();
    expect(messagesOf(await start())).toEqual(['whole', 'after']);
  });

  it('lines that are not ours are skipped, and noted', async () => {
    const first = await start();
    await createStream(first);
    await put(first, ['before']);
    await first.stop();
    await appendFile(await lastSegment(), '{"kind":"poem"}\nnot json\n\n');
    await writeFile(join(storeFolder, 'notes.txt'), 'not a segment');
    const second = await start();
    expect(messagesOf(second)).toEqual(['before']);
    expect(second.cloud.stats().storeNotes).toHaveLength(3);
  });

  it('what is acknowledged is on disk before the answer', async () => {
    const test = await start();
    await createStream(test);
    await put(test, ['acknowledged']);
    expect(await readFile(await lastSegment(), 'utf8')).toContain('acknowledged');
  });
});

it('keeps parallel requests apart', async () => {
  const first = await start();
  await createStream(first);
  const now = Date.now();
  await Promise.all(Array.from({ length: 40 }, (_, index) => put(first, [`m${index}`, `n${index}`], now)));
  const held = first.cloud.logEvents('g');
  expect(new Set(messagesOf(first)).size).toBe(80);
  await first.stop();
  expect((await start()).cloud.logEvents('g')).toEqual(held);
});

describe('the bound', () => {
  it('lets the oldest segment go, in memory and on disk, and counts it', async () => {
    const bytesMax = 4 * 1024 * 1024;
    const test = await start({ bytesMax });
    await createStream(test);
    const startMs = Date.now() - 60_000;
    for (let index = 0; index < 100; index += 1) {
      await put(test, [`${index}`.padEnd(100_000, '.')], startMs + index);
    }
    const stats = test.cloud.stats();
    expect(stats.eventsAccepted).toBe(100);
    expect(stats.eventsEvicted).toBeGreaterThan(50);
    expect(test.cloud.logEventCount('g')).toBe(100 - stats.eventsEvicted);
    expect(messagesOf(test).map((message) => Number.parseInt(message, 10))).toEqual(
      Array.from({ length: 100 - stats.eventsEvicted }, (_, index) => index + stats.eventsEvicted),
    );
    const names = await readdir(storeFolder);
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(storeFolder, name))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(bytesMax);
    const held = messagesOf(test);
    await test.stop();
    const again = await start({ bytesMax });
    expect(messagesOf(again)).toEqual(held);
    expect(again.cloud.logStreamNames('g')).toEqual(['s']);
  });

  it('holds without a folder too', async () => {
    const test = await startTestCloud({ bytesMax: 4 * 1024 * 1024 });
    running.push(test);
    const MetricData = Array.from({ length: 1000 }, (_, index) => ({ MetricName: 'm', Value: index }));
    for (let index = 0; index < 40; index += 1) {
      await test.metrics.send(new PutMetricDataCommand({ Namespace: 'n', MetricData }));
    }
    expect(test.cloud.stats().dataEvicted).toBeGreaterThan(0);
    expect(test.cloud.storeBytes).toBeLessThanOrEqual(4 * 1024 * 1024);
  });
});

it('answers 503 when its disk fails, keeps nothing of it, and goes on when the disk is well', async () => {
  const test = await start({ bytesMax: 4 * 1024 * 1024 });
  await createStream(test);
  const line = '.'.repeat(200_000);
  await put(test, [line]);
  // With its folder gone, the next segment cannot be opened.
  await rm(storeFolder, { recursive: true });
  const error = await failureOf(put(test, [line]));
  expect(error).toMatchObject({ name: 'ServiceUnavailableException', $metadata: { httpStatusCode: 503 } });
  expect(test.cloud.stats()).toMatchObject({ eventsAccepted: 1, storeWriteFailures: 1 });
  await mkdir(storeFolder);
  await put(test, [line]);
  expect(test.cloud.logEventCount('g')).toBe(2);
});
