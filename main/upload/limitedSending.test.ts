import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LocalCloudWatch } from '../localcloud/LocalCloudWatch.js';
import { systemClock } from '../seams/Clock.js';
import type { SinkRequest } from '../seams/CloudSink.js';
import { ByteBudget } from './ByteBudget.js';
import { CloudWatchSink } from './CloudWatchSink.js';
import { account, logDestination } from './records.test-support.js';
import { RobotWire } from './RobotWire.js';

const connection = { connectTimeoutMs: 10_000, requestTimeoutMs: 20_000, connectionsMax: 4 };
const never = new AbortController().signal;
const remote = { ...account, cloud: 'aws' as const };

let cloud: LocalCloudWatch;
let wire: RobotWire;
const closers: (() => void)[] = [];

beforeEach(async () => {
  cloud = await LocalCloudWatch.start();
  wire = new RobotWire('rover', systemClock, null);
});

afterEach(async () => {
  for (const close of closers.splice(0)) close();
  await cloud.stop();
});

function sinkTo(endpoint: string, over: RobotWire = wire): CloudWatchSink {
  const sink = new CloudWatchSink({ account, connection, localEndpoint: () => endpoint, wire: over });
  closers.push(() => {
    sink.close();
  });
  return sink;
}

/** Text that gzip makes no smaller than three quarters. */
function request(bytes: number): SinkRequest {
  const message = randomBytes(bytes / 2).toString('hex');
  return { kind: 'log', destination: logDestination, events: [{ timestampMs: Date.now(), message }] };
}

test('a request is written at the pace of the limit, arrives whole, and is counted as it went out', async () => {
  wire.setLimit(40_000);
  const sink = sinkTo(cloud.url);
  const beganMs = performance.now();
  expect(await sink.send(request(40_000), never)).toMatchObject({ type: 'accepted' });
  // The requests that make the group and the stream are in it; nobody says how fast it must be, but not faster.
  const tookMs = performance.now() - beganMs;
  expect(tookMs).toBeGreaterThan((1_000 * wire.bytes) / 40_000 - 500);
  expect(cloud.logEventCount(logDestination.group)).toBe(1);
  // Twice, as the first was refused for want of a group.
  expect(wire.bytes).toBeGreaterThan(80_000);
  expect(wire.bytes).toBeLessThan(90_000);
  expect(wire.bytesPerS()).toBeGreaterThan(0);
});

test('without a limit bytes are counted all the same', async () => {
  const sink = sinkTo(cloud.url);
  expect(await sink.send(request(4_000), never)).toMatchObject({ type: 'accepted' });
  expect(wire.bytes).toBeGreaterThan(2_000);
});

test("the laptop's limit holds for what leaves it, not for the CloudWatch on it", () => {
  const laptop = new ByteBudget(systemClock);
  laptop.setLimit(50_000);
  const both = new RobotWire('rover', systemClock, laptop);
  expect([both.limitBytesPerS(account), both.limitBytesPerS(remote)]).toEqual([null, 50_000]);
  both.setLimit(80_000);
  expect([both.limitBytesPerS(account), both.limitBytesPerS(remote)]).toEqual([80_000, 50_000]);
  both.setLimit(20_000);
  expect([both.limitBytesPerS(account), both.limitBytesPerS(remote)]).toEqual([20_000, 20_000]);
  expect(both.lowestLimitBytesPerS).toBe(20_000);
});

test('a request whose link dies before it was written to its end was not carried out: that is known', async () => {
  const { server, url } = await deafServer(10_000);
  wire.setLimit(20_000);
  const outcome = await sinkTo(url).send(request(60_000), never);
  server.close();
  expect(outcome).toMatchObject({ type: 'retry', cause: 'offline', unknownOutcome: false });
});

test('a request that is given up half written was not carried out either', async () => {
  wire.setLimit(20_000);
  const giveUp = new AbortController();
  const sending = sinkTo(cloud.url).send(request(200_000), giveUp.signal);
  await sleep(800);
  giveUp.abort();
  expect(await sending).toMatchObject({ type: 'retry', unknownOutcome: false });
  expect(cloud.logEventCount(logDestination.group)).toBe(0);
});

/** Breaks each connection off after so many bytes. */
async function deafServer(bytesMax: number): Promise<{ server: Server; url: string }> {
  const server = createServer();
  server.on('connection', (socket: Socket) => {
    let bytes = 0;
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bytesMax) socket.resetAndDestroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
