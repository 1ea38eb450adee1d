import { setTimeout as sleep } from 'node:timers/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { LocalCloudWatch } from '../localcloud/LocalCloudWatch.js';
import type { FaultInput } from '../localcloud/faults/FaultPlan.js';
import type { CloudAccount } from '../model/Destination.js';
import type { SinkOutcome, SinkRequest } from '../seams/CloudSink.js';
import { CloudWatchSink, type CloudWatchSinkOptions } from './CloudWatchSink.js';
import { cloudSinkContract } from './cloudSinkContract.test-support.js';
import type { FakeFault } from './FakeSink.test-support.js';
import { packLogBatch } from './packLogBatch.js';
import { RawServer } from './RawServer.test-support.js';
import {
  account,
  cachedAll,
  logDestination,
  logRecord,
  logsConfig,
  metricDestination,
} from './records.test-support.js';
import { ListedRecords } from '../seams/ListedRecords.js';

/** Far more than an answer of this machine takes: where silence is meant, a test says so. */
const connection = { connectTimeoutMs: 10_000, requestTimeoutMs: 10_000, connectionsMax: 4 };
const never = new AbortController().signal;
const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const faultsOf: Readonly<Record<Exclude<FakeFault, 'offline'>, FaultInput>> = {
  throttle: { kind: 'throttle' },
  server: { kind: 'status', status: 503 },
  'reset-after-accept': { kind: 'reset-after-accept' },
  'lost-before': { kind: 'reset-before' },
  html: { kind: 'html' },
  'expired-token': { kind: 'expired-token' },
  hang: { kind: 'hang' },
};

cloudSinkContract('CloudWatch, over HTTP to our strict local server', async () => {
  const cloud = await LocalCloudWatch.start();
  let endpoint = cloud.url;
  const sink = new CloudWatchSink({ account, connection, localEndpoint: () => endpoint });
  return {
    sink,
    messages: () => cloud.logEvents(logDestination.group, logDestination.stream).map(({ message }) => message),
    values: () =>
      cloud
        .metricData(metricDestination.namespace)
        .map(({ observation }) => (observation.kind === 'value' ? observation.value : Number.NaN)),
    failNext: (fault) => {
      if (fault === 'offline') endpoint = 'http://127.0.0.1:9';
      else cloud.faults.add(faultsOf[fault]);
    },
    hasTakenHanging: () => cloud.stats().faults['hang'] !== undefined,
    stop: () => cloud.stop(),
  };
});

describe('CloudWatchSink with the local server', () => {
  test('an answer brings CloudWatch’s name for the request', async () => {
    const { sink } = await localSink();
    const name = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
    const accepted = { type: 'accepted', requestId: expect.stringMatching(name) as string };
    const answers = [await sink.send(oneLog, never), await sink.send(oneMetric, never)];
    expect(answers).toEqual([accepted, accepted]);
    const ahead = { timestampMs: Date.now() + 3 * 3_600_000, message: 'ahead' };
    const events = [{ timestampMs: Date.now(), message: 'fine' }, ahead];
    const partly = await sink.send({ kind: 'log', destination: logDestination, events }, never);
    expect(partly).toMatchObject({ type: 'partly', requestId: expect.stringMatching(name) as string });
  });

  test('what the packer calls full is accepted: 10,000 events, 1,048,576 bytes, 24 hours', async () => {
    const { cloud, sink } = await localSink();
    const nowNs = BigInt(Date.now()) * 1_000_000n;
    const day = 86_400_000_000_000n;
    const many = Array.from({ length: 10_000 }, (_, index) => logRecord(nowNs - day + (day / 9_999n) * BigInt(index)));
    const long = logRecord(nowNs, { message: 'é'.repeat(1_100_000) });
    const requests = packLogBatch(logDestination, new ListedRecords(cachedAll([...many, long])), logsConfig).flatMap(
      (parcel) => parcel.requests,
    );
    expect(requests.map(({ request }) => (request.kind === 'log' ? request.events.length : 0))).toEqual([
      10_000, 1, 1, 1,
    ]);
    for (const { request } of requests) expect(await sink.send(request, never)).toMatchObject({ type: 'accepted' });
    expect(cloud.logEventCount(logDestination.group)).toBe(10_003);
  });

  test('a stream whose name only begins alike is not taken for it', async () => {
    const { sink } = await localSink();
    const other = { ...logDestination, stream: `${logDestination.stream}0` };
    const events = [{ timestampMs: Date.now(), message: 'one' }];
    await sink.send({ kind: 'log', destination: other, events }, never);
    expect(await sink.look(logDestination, never)).toEqual({ type: 'log', group: true, stream: false });
    await sink.send({ kind: 'log', destination: logDestination, events }, never);
    expect(await sink.look(logDestination, never)).toEqual({ type: 'log', group: true, stream: true });
  });

  test('sends to no other account than the one that the robot file names, and asks once whose the credentials are', async () => {
    const nowNs = BigInt(Date.now()) * 1_000_000n;
    const right = await awsSink('000000000000');
    const request = (aws: CloudAccount): SinkRequest => ({
      ...{ kind: 'log', destination: { ...logDestination, account: aws } },
      events: [{ timestampMs: Number(nowNs / 1_000_000n), message: 'one' }],
    });
    for (let round = 0; round < 3; round++) {
      expect(await right.sink.send(request(right.aws), never)).toMatchObject({ type: 'accepted' });
    }
    expect(await right.sink.probe(never)).toMatchObject({ accountId: '000000000000', problem: null });
    expect(right.cloud.stats().requests).toMatchObject({ GetCallerIdentity: 2 });

    const wrong = await awsSink('123456789012');
    const problem = {
      code: 'other-account',
      message: expect.stringMatching(/account 000000000000.*names 123456789012: nothing is sent/) as string,
      nextStep: expect.stringContaining('aws sso login') as string,
    };
    expect(await wrong.sink.send(request(wrong.aws), never)).toEqual({ type: 'not-authorised', problem });
    // Nor is another account asked what it holds of ours: "nothing" would mean to send it again.
    const asked = await wrong.sink.findEvents({ ...logDestination, account: wrong.aws }, [], never);
    expect(asked).toEqual({ type: 'not-authorised', problem });
    expect(await wrong.sink.probe(never)).toMatchObject({ accountId: '000000000000', problem });
    expect(wrong.cloud.logEventCount(logDestination.group)).toBe(0);
    // The local CloudWatch has no account to be wrong about.
    const local = new CloudWatchSink({ account, connection, localEndpoint: () => wrong.cloud.url, accountId: '1' });
    expect(await local.send(request(account), never)).toMatchObject({ type: 'accepted' });
    local.close();
  });

  test('while it cannot be asked whose the credentials are, nothing is sent, and nothing is in doubt', async () => {
    const { sink, cloud, aws } = await awsSink('000000000000');
    const destination = { ...logDestination, account: aws };
    const request: SinkRequest = { kind: 'log', destination, events: [{ timestampMs: Date.now(), message: 'one' }] };
    cloud.faults.add({ kind: 'reset-after-accept', operation: 'GetCallerIdentity' });
    expect(await sink.send(request, never)).toMatchObject({ type: 'retry', unknownOutcome: false });
    cloud.faults.add({ kind: 'expired-token', operation: 'GetCallerIdentity' });
    expect(await sink.send(request, never)).toMatchObject({
      type: 'not-authorised',
      problem: { code: 'expired-token' },
    });
    expect(await sink.send(request, never)).toMatchObject({ type: 'accepted' });
    expect(cloud.logEventCount(logDestination.group)).toBe(1);
  });

  test.each<[FaultInput, object]>([
    [
      { kind: 'throttle', retryAfterSeconds: 7 },
      { type: 'retry', cause: 'throttled', afterMs: 7_000, unknownOutcome: false },
    ],
    [
      { kind: 'status', status: 500 },
      { type: 'retry', cause: 'server', unknownOutcome: false },
    ],
    [
      { kind: 'status', status: 429 },
      { type: 'retry', cause: 'throttled' },
    ],
    [
      { kind: 'status', status: 418 },
      { type: 'not-authorised', problem: { code: 'refused' } },
    ],
    [{ kind: 'redirect' }, { type: 'retry', cause: 'captive-portal' }],
    [{ kind: 'half-body' }, { type: 'retry', cause: 'server', unknownOutcome: true }],
    [{ kind: 'reset-before' }, { type: 'retry', unknownOutcome: true }],
    [{ kind: 'unrecognized-client' }, { type: 'not-authorised', problem: { code: 'not-authorised' } }],
    [
      { kind: 'access-denied' },
      { type: 'not-authorised', problem: { nextStep: expect.stringMatching(/allow (logs|cloudwatch):Put/) as string } },
    ],
    [{ kind: 'expired-token' }, { type: 'not-authorised', problem: { code: 'expired-token' } }],
    [
      { kind: 'clock-skew', skewMs: 3_600_000 },
      {
        type: 'retry',
        cause: 'clock',
        problem: { message: expect.stringMatching(/1 h 0 min behind|59 min/) as string },
      },
    ],
  ])('understands %j, for logs and for metrics', async (fault, outcome) => {
    const { cloud, sink } = await localSink();
    await sink.send(oneLog, never);
    for (const request of [oneLog, oneMetric]) {
      cloud.faults.add(fault);
      expect(await sink.send(request, never)).toMatchObject(outcome);
      expect(await sink.send(request, never)).toMatchObject({ type: 'accepted' });
    }
  });

  test('never asks twice for one send', async () => {
    const { cloud, sink } = await localSink();
    cloud.faults.add({ kind: 'status', status: 503, times: null, operation: 'PutMetricData' });
    await sink.send(oneMetric, never);
    expect(cloud.stats().requests).toEqual({ PutMetricData: 1 });
  });

  test('an answer a byte at a time ends at the deadline', async () => {
    const { cloud, sink } = await localSink({ requestDeadlineMs: 500 });
    await sink.send(oneLog, never);
    cloud.faults.add({ kind: 'slow-body', delayMs: 100, operation: 'PutLogEvents' });
    expect(await sink.send(oneLog, never)).toMatchObject({
      type: 'retry',
      unknownOutcome: true,
      problem: { message: expect.stringContaining('took too long') as string },
    });
  });

  test('a slow but moving answer is waited for', async () => {
    const { cloud, sink } = await localSink();
    cloud.faults.add({ kind: 'delay', delayMs: 300, operation: 'PutMetricData' });
    expect(await sink.send(oneMetric, never)).toMatchObject({ type: 'accepted' });
  });

  test('silence ends at the request timeout', async () => {
    const { cloud, sink } = await localSink({ connection: { ...connection, requestTimeoutMs: 1_000 } });
    // So that there is a connection already, and the request is on it long before that time is over.
    await sink.send(oneMetric, never);
    cloud.faults.add({ kind: 'hang', operation: 'PutMetricData' });
    expect(await sink.send(oneMetric, never)).toMatchObject({ type: 'retry', cause: 'server', unknownOutcome: true });
  });

  test('failing to make the stream leaves no unknown outcome: the events themselves were refused', async () => {
    const { cloud, sink } = await localSink();
    cloud.faults.add({ kind: 'reset-after-accept', operation: 'CreateLogStream' });
    expect(await sink.send(oneLog, never)).toMatchObject({ type: 'retry', unknownOutcome: false });
    expect(await sink.send(oneLog, never)).toMatchObject({ type: 'accepted' });
  });

  test('two sinks may make the same stream in the same moment', async () => {
    const { cloud, sink } = await localSink();
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => sink.send(oneLog, never)));
    expect(outcomes).toMatchObject(Array.from({ length: 4 }, () => ({ type: 'accepted' })));
    expect(cloud.logEventCount(logDestination.group)).toBe(4);
  });

  test('probe: the account of the credentials; the link; who must act', async () => {
    const { cloud, sink } = await localSink();
    expect(await sink.probe(never)).toEqual({
      ...{ reachable: true, accountId: cloud.accountId, region: 'us-east-1', problem: null },
    });
    cloud.faults.add({ kind: 'expired-token', operation: 'GetCallerIdentity' });
    expect(await sink.probe(never)).toMatchObject({ reachable: true, problem: { code: 'expired-token' } });
    cloud.faults.add({ kind: 'html', operation: 'GetCallerIdentity' });
    expect(await sink.probe(never)).toMatchObject({ reachable: false, problem: { code: 'captive-portal' } });
    expect(await sinkAt('http://127.0.0.1:9').probe(never)).toMatchObject({
      reachable: false,
      problem: { code: 'offline' },
    });
  });

  test('the local server may not listen yet, and may come back elsewhere', async () => {
    const first = await LocalCloudWatch.start();
    let endpoint: string | null = null;
    const sink = new CloudWatchSink({ account, connection, localEndpoint: () => endpoint });
    closers.push(() => {
      sink.close();
    });
    expect(await sink.send(oneMetric, never)).toMatchObject({ cause: 'offline', unknownOutcome: false });
    endpoint = first.url;
    expect(await sink.send(oneMetric, never)).toMatchObject({ type: 'accepted' });
    await first.stop();
    const second = await LocalCloudWatch.start();
    closers.push(() => second.stop());
    endpoint = second.url;
    expect(await sink.send(oneMetric, never)).toMatchObject({ type: 'accepted' });
  });
});

describe('CloudWatchSink with answers that are not whole', () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nx-amzn-RequestId: 1\r\n';
  test.each<[string, (socket: Socket) => void, Partial<Extract<SinkOutcome, { type: 'retry' }>>]>([
    ['closes without a word', (socket) => socket.end(), { cause: 'server', unknownOutcome: true }],
    ['resets', (socket) => socket.resetAndDestroy(), { cause: 'server', unknownOutcome: true }],
    ['half a head', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-'), { cause: 'server', unknownOutcome: true }],
    [
      'fewer bytes than promised',
      (socket) => socket.end(`${head}Content-Length: 40\r\n\r\n{}`),
      { cause: 'server', unknownOutcome: true },
    ],
    [
      'a broken chunk',
      (socket) => socket.end(`${head}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`),
      { cause: 'server', unknownOutcome: true },
    ],
    [
      'half a document, ended by closing',
      (socket) => socket.end(`${head}Connection: close\r\n\r\n{"nextSequ`),
      { cause: 'server', unknownOutcome: true },
    ],
    [
      'an empty 200 of who knows whom',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
      { cause: 'server', unknownOutcome: true },
    ],
    ['not HTTP at all', (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'), { unknownOutcome: true }],
    [
      'a login page',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n<html>sign in</html>\n'),
      { cause: 'captive-portal', unknownOutcome: false },
    ],
    [
      '511',
      (socket) => socket.end('HTTP/1.1 511 Network Authentication Required\r\nContent-Length: 2\r\n\r\nno'),
      { cause: 'captive-portal' },
    ],
    [
      'a proxy that asks for a password',
      (socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno'),
      { cause: 'captive-portal' },
    ],
    [
      "a gateway's 502",
      (socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 15\r\n\r\n<html>502</html>'.slice(0, -1)),
      { cause: 'server', unknownOutcome: true },
    ],
    [
      "a gateway's 503 with Retry-After",
      (socket) => socket.end('HTTP/1.1 503 Busy\r\nRetry-After: 9\r\nContent-Length: 4\r\n\r\nbusy'),
      { cause: 'server', afterMs: 9_000, unknownOutcome: false },
    ],
  ])('%s: kept, and never taken for accepted', async (_, answer, outcome) => {
    const raw = await RawServer.start(answer);
    closers.push(() => raw.stop());
    const sink = sinkAt(raw.url);
    for (const request of [oneLog, oneMetric]) {
      expect(await sink.send(at(request, raw.url), never)).toMatchObject({ type: 'retry', ...outcome });
    }
    expect(raw.requests).toBe(2);
  });

  test('a whole answer is accepted, also an empty one that bears a request id', async () => {
    const raw = await RawServer.start((socket) => socket.write(`${head}Content-Length: 0\r\n\r\n`));
    closers.push(() => raw.stop());
    expect(await sinkAt(raw.url).send(at(oneMetric, raw.url), never)).toMatchObject({ type: 'accepted' });
  });

  test('a name that does not exist is offline, and nothing was sent', async () => {
    const url = 'http://cloudwatch.invalid:8080';
    expect(await sinkAt(url).send(at(oneLog, url), never)).toMatchObject({ cause: 'offline', unknownOutcome: false });
  });

  test('a port where nobody speaks TLS is offline, and nothing was sent', async () => {
    const raw = await RawServer.start(() => undefined);
    closers.push(() => raw.stop());
    const url = raw.url.replace('http:', 'https:');
    const answer = sinkAt(url).send(at(oneLog, url), never);
    await sleep(100);
    await raw.stop();
    expect(await answer).toMatchObject({ type: 'retry', cause: 'offline', unknownOutcome: false });
  });

  test('a connection that is reset before it is secured is offline too: nothing was sent', async () => {
    const server = createServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => void server.close());
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const answer = await sinkAt(url).send(at(oneLog, url), never);
    expect(answer).toMatchObject({ type: 'retry', cause: 'offline', unknownOutcome: false });
  });

  test('no credentials: a person must act, and is told how', async () => {
    const raw = await RawServer.start((socket) => socket.end());
    closers.push(() => raw.stop());
    const lonely: CloudAccount = { cloud: 'aws', region: 'eu-west-1', profile: 'no-such-profile', endpoint: raw.url };
    const sink = new CloudWatchSink({ account: lonely, connection, localEndpoint: () => null });
    closers.push(() => {
      sink.close();
    });
    const destination = { ...logDestination, account: lonely };
    expect(await sink.send({ kind: 'log', destination, events: [] }, never)).toMatchObject({
      type: 'not-authorised',
      problem: { code: 'no-credentials', nextStep: expect.stringContaining('--profile no-such-profile') as string },
    });
    expect(raw.requests).toBe(0);
  });

  test('an endpoint that knows no STS is reachable all the same', async () => {
    const raw = await RawServer.start((socket) =>
      socket.write('HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nnot found'),
    );
    closers.push(() => raw.stop());
    const remote: CloudAccount = { cloud: 'local', region: '', profile: '', endpoint: raw.url };
    const sink = new CloudWatchSink({ account: remote, connection, localEndpoint: () => raw.url });
    expect(await sink.probe(never)).toMatchObject({ reachable: true, accountId: null, problem: null });
  });
});

const oneLog: SinkRequest = {
  kind: 'log',
  destination: logDestination,
  events: [{ timestampMs: Date.now(), message: 'line' }],
};

const oneMetric: SinkRequest = {
  kind: 'metric',
  destination: metricDestination,
  data: [{ timestampMs: Date.now(), name: 'a', value: 1, unit: 'None', dimensions: [], storageResolutionS: 60 }],
};

/** An account of AWS whose endpoint, and so whose STS, is the local server: it says that it is 000000000000. */
async function awsSink(
  accountId: string,
): Promise<{ cloud: LocalCloudWatch; sink: CloudWatchSink; aws: CloudAccount }> {
  const cloud = await LocalCloudWatch.start();
  const aws: CloudAccount = { cloud: 'aws', region: 'us-east-1', profile: '', endpoint: cloud.url };
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST1');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const sink = new CloudWatchSink({ account: aws, connection, localEndpoint: () => null, accountId });
  closers.push(async () => {
    sink.close();
    vi.unstubAllEnvs();
    await cloud.stop();
  });
  return { cloud, sink, aws };
}

async function localSink(
  options: Partial<Pick<CloudWatchSinkOptions, 'connection' | 'requestDeadlineMs'>> = {},
): Promise<{ cloud: LocalCloudWatch; sink: CloudWatchSink }> {
  const cloud = await LocalCloudWatch.start();
  const { url } = cloud;
  const sink = new CloudWatchSink({ account, connection, localEndpoint: () => url, ...options });
  closers.push(async () => {
    sink.close();
    await cloud.stop();
  });
  return { cloud, sink };
}

/** A local account whose server is at `url`. */
function sinkAt(url: string): CloudWatchSink {
  const sink = new CloudWatchSink({ account, connection, localEndpoint: () => url });
  closers.push(() => {
    sink.close();
  });
  return sink;
}

function at(request: SinkRequest, url: string): SinkRequest {
  const moved = { ...account, endpoint: url };
  return request.kind === 'log'
    ? { ...request, destination: { ...request.destination, account: moved } }
    : { ...request, destination: { ...request.destination, account: moved } };
}
