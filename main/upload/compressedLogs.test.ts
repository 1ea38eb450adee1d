import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { LocalCloudWatch } from '../localcloud/LocalCloudWatch.js';
import type { CloudAccount } from '../model/Destination.js';
import type { SinkRequest } from '../seams/CloudSink.js';
import { CloudWatchSink } from './CloudWatchSink.js';
import { compressesLogs } from './compressBody.js';
import { packLogBatch } from './packLogBatch.js';
import { packMetricBatch } from './packMetricBatch.js';
import { account, cachedAll, logDestination, logRecord, logsConfig } from './records.test-support.js';
import { metricDestination, metricRecord, metricsConfig } from './records.test-support.js';
import { WireMeter } from './WireMeter.js';
import { ListedRecords } from '../seams/ListedRecords.js';

const connection = { connectTimeoutMs: 10_000, requestTimeoutMs: 10_000, connectionsMax: 2 };
const never = new AbortController().signal;
const nowNs = BigInt(Date.now()) * 1_000_000n;
const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server that hands each request on to another, and notes how its body came. */
async function watched(next: string, answer: (body: Buffer, encoding: string) => string | null = () => null) {
  const bodies: { readonly bytes: number; readonly encoding: string; readonly text: string }[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const encoding = request.headers['content-encoding'] ?? '';
      bodies.push({ bytes: body.length, encoding, text: (encoding === 'gzip' ? gunzipSync(body) : body).toString() });
      const refusal = answer(body, encoding);
      if (refusal !== null) {
        response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end(refusal);
        return;
      }
      const headers = Object.entries(request.headers).filter(
        ([name]) => !/^(host|connection|content-length)$/.test(name),
      );
      void fetch(next, { method: 'POST', body, headers: headers.map(([name, value]) => [name, String(value)]) }).then(
        async (answered) => {
          const type = answered.headers.get('content-type') ?? '';
          response.writeHead(answered.status, { 'content-type': type, 'x-amzn-requestid': 'one' });
          response.end(Buffer.from(await answered.arrayBuffer()));
        },
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return { bodies, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function sinkTo(url: string): CloudWatchSink {
  const sink = new CloudWatchSink({ account, connection, localEndpoint: () => url, compressesLogs: () => true });
  closers.push(() => {
    sink.close();
    return Promise.resolve();
  });
  return sink;
}

function someLogs(count: number): SinkRequest {
  const records = Array.from({ length: count }, (_, index) =>
    logRecord(nowNs + BigInt(index) * 1_000_000n, { message: `path ${index} found, ${(index * 37) % 101} m left` }),
  );
  const [parcel] = packLogBatch(logDestination, new ListedRecords(cachedAll(records)), logsConfig);
  const request = parcel?.requests[0]?.request;
  if (request === undefined) throw new Error('nothing was packed');
  return request;
}

test('log events go compressed, and arrive as they were', async () => {
  const cloud = await LocalCloudWatch.start();
  closers.push(() => cloud.stop());
  const { bodies, url } = await watched(cloud.url);
  const sink = sinkTo(url);
  const small = someLogs(3);
  const large = someLogs(2_000);
  expect(await sink.send(small, never)).toMatchObject({ type: 'accepted' });
  expect(await sink.send(large, never)).toMatchObject({ type: 'accepted' });
  const sent = bodies.filter(({ text }) => text.includes('logEvents'));
  // The first of them is sent again, once its stream was made.
  expect(sent.map(({ encoding }) => encoding)).toEqual(['', '', 'gzip']);
  const [last] = sent.slice(-1);
  expect(last?.bytes).toBeLessThan((last?.text.length ?? 0) / 4);
  const held = cloud.logEvents(logDestination.group, logDestination.stream).map(({ message }) => message);
  expect(held).toHaveLength(2_003);
  expect(held.at(-1)).toContain('path 1999 found');
});

test('where a compressed body is not understood, the same goes as it is, and from then on', async () => {
  const cloud = await LocalCloudWatch.start();
  closers.push(() => cloud.stop());
  const { bodies, url } = await watched(cloud.url, (_body, encoding) =>
    encoding === 'gzip' ? JSON.stringify({ __type: 'SerializationException', message: 'not JSON' }) : null,
  );
  const sink = sinkTo(url);
  expect(await sink.send(someLogs(500), never)).toMatchObject({ type: 'accepted' });
  expect(await sink.send(someLogs(600), never)).toMatchObject({ type: 'accepted' });
  expect(cloud.logEventCount(logDestination.group)).toBe(1_100);
  expect(bodies.filter(({ encoding }) => encoding === 'gzip')).toHaveLength(1);
});

test('a refusal that has to do with the events is not taken for that', async () => {
  const { bodies, url } = await watched('http://127.0.0.1:9', () =>
    JSON.stringify({ __type: 'InvalidParameterException', message: 'order' }),
  );
  const sink = sinkTo(url);
  expect(await sink.send(someLogs(500), never)).toMatchObject({ type: 'invalid' });
  expect(bodies).toHaveLength(1);
});

describe('where it is done', () => {
  test.each<[Partial<CloudAccount>, boolean]>([
    [{ cloud: 'aws' }, true],
    [{ cloud: 'aws', endpoint: 'http://10.0.0.2:4566' }, false],
    [{ cloud: 'local' }, false],
  ])('%j: %s', (changes, expected) => {
    expect(compressesLogs({ ...account, ...changes })).toBe(expected);
  });
});

describe('the size on the wire', () => {
  const awsAccount: CloudAccount = { ...account, cloud: 'aws' };

  test('is that of the body which is sent', async () => {
    const cloud = await LocalCloudWatch.start();
    closers.push(() => cloud.stop());
    const { bodies, url } = await watched(cloud.url);
    const sink = sinkTo(url);
    const logs = someLogs(2_000);
    const { destination } = logs;
    const [metrics] = packMetricBatch(
      metricDestination,
      new ListedRecords(
        cachedAll(
          Array.from({ length: 400 }, (_, index) =>
            metricRecord(nowNs + BigInt(index) * 1_000_000n, { value: index, unit: 'Percent' }),
          ),
        ),
      ),
      metricsConfig,
    ).parcels.flatMap((parcel) => parcel.requests);
    if (metrics === undefined) throw new Error('nothing was packed');
    await sink.send(logs, never);
    await sink.send(metrics.request, never);
    const sentLogs = bodies.findLast(({ text }) => text.includes('logEvents'))?.bytes ?? 0;
    const sentMetrics = bodies.findLast(({ text }) => text.includes('MetricData'))?.bytes ?? 0;

    const logMeter = new WireMeter(awsAccount);
    logMeter.add({ request: logs, recordOfEvent: [], bytes: 100_000, samples: [] });
    expect(await logMeter.size('log')).toEqual({ bytes: sentLogs, counted: 100_000, measured: 100_000 });
    const metricMeter = new WireMeter(destination.account);
    metricMeter.add({ ...metrics, bytes: 1 });
    const { bytes } = await metricMeter.size('metric');
    // Ours orders the keys of a datum otherwise than the SDK.
    expect(Math.abs(bytes - sentMetrics)).toBeLessThan(sentMetrics * 0.05);
  });

  test('of more than is measured is reckoned from what was', async () => {
    const request = someLogs(5_000);
    const meter = new WireMeter(awsAccount);
    for (let round = 0; round < 40; round += 1) meter.add({ request, recordOfEvent: [], bytes: 500_000, samples: [] });
    const size = await meter.size('log');
    expect(size.counted).toBe(20_000_000);
    expect(size.measured).toBeGreaterThan(0);
    expect(size.measured).toBeLessThan(size.counted);
    const one = new WireMeter(awsAccount);
    one.add({ request, recordOfEvent: [], bytes: 500_000, samples: [] });
    expect(size.bytes).toBe((await one.size('log')).bytes * 40);
  });

  test('what goes to this laptop is not compressed', async () => {
    const request = someLogs(2_000);
    const meter = new WireMeter(account);
    meter.add({ request, recordOfEvent: [], bytes: 100_000, samples: [] });
    expect((await meter.size('log')).bytes).toBeGreaterThan(150_000);
  });
});
