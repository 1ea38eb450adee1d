import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DiskRobotFiles } from '../config/DiskRobotFiles.js';
import type { RobotFrame, StatusFrame } from '../contract/frames.js';
import { unpackFrame } from '../contract/packedFrame.js';
import type { Answer, EngineMessage, PageMessage } from '../contract/port.js';
import { patient } from '../model/patient.test-support.js';
import { fail, succeed } from '../model/Problem.js';
import { systemClock } from '../seams/Clock.js';
import { CallDispatcher } from './CallDispatcher.js';
import { callHandlers } from './callHandlers.js';
import type { EngineActions } from './EngineActions.js';
import { PageConnection } from './PageConnection.js';
import type { RobotSession } from './RobotSession.js';
import { robotConfig, SessionBench } from './SessionBench.test-support.js';
import { MemoryGroupDebts } from '../upload/GroupDebts.js';

const link = { choice: 'auto', detected: null, metered: false, limitBytesPerS: null } as const;
const status: StatusFrame = { type: 'status', atMs: 1, robots: [], home: '/home', rosProblem: null, link };
let bench: SessionBench;
let page: MessagePort;
let connection: PageConnection;
let received: EngineMessage[];
const sessions = new Map<string, RobotSession>();
const onClosed = vi.fn();

beforeEach(async () => {
  bench = await SessionBench.make();
  sessions.clear();
  onClosed.mockReset();
  received = [];
  const actions: EngineActions = {
    files: new DiskRobotFiles('/nowhere'),
    session: (robot) => {
      const session = sessions.get(robot);
      return session === undefined ? fail('unknown-robot', 'There is none.', '') : succeed(session);
    },
    addRobot: () => Promise.resolve(succeed(undefined)),
    setConnected: () => Promise.resolve(succeed(undefined)),
    removeRobot: () => Promise.resolve(succeed(undefined)),
    startDemo: () => Promise.resolve(succeed({ robot: 'demo' })),
    fileChanged: () => Promise.resolve(),
    home: '/nowhere',
    groupDebts: () => new MemoryGroupDebts(),
    localEndpoint: () => null,
    examineRobot: () => Promise.resolve(succeed([])),
    setThresholds: () => undefined,
    setUploadMode: () => Promise.reject(new Error('nobody asks for it here')),
    setLink: () => Promise.reject(new Error('nobody asks for it here')),
  };
  const { port1, port2 } = new MessageChannel();
  page = port2;
  page.on('message', (message: EngineMessage) => received.push(message));
  const port = {
    postMessage: (message: EngineMessage) => {
      port1.postMessage(message);
    },
    onMessage: (listener: (message: unknown) => void) => port1.on('message', listener),
    onClose: (listener: () => void) => port1.on('close', listener),
    start: () => {
      port1.start();
    },
  };
  const dispatcher = new CallDispatcher(callHandlers(actions), () => undefined);
  connection = new PageConnection(port, dispatcher, sessions, systemClock, onClosed);
});

afterEach(async () => {
  page.close();
  await bench.remove();
});

function send(message: PageMessage): void {
  page.postMessage(message);
}

function frames(): RobotFrame[] {
  return received.filter((message) => message.type === 'robot').map(unpackFrame);
}

function answers(): Answer[] {
  return received.filter((message) => message.type === 'answer');
}

function messagesShown(): string[] {
  return frames().flatMap(({ rows }) => rows.map((row) => (row.type === 'log' ? row.message : 'gap')));
}

async function opened(name = 'rover'): Promise<RobotSession> {
  const session = await bench.open(robotConfig(name));
  session.startUploading('manual');
  await session.connect();
  sessions.set(name, session);
  return session;
}

/** The page has heard all that was sent up to now. */
async function caughtUp(id: number): Promise<void> {
  send({ type: 'call', id, name: 'robots.startDemo', input: {} });
  await vi.waitFor(() => {
    expect(answers().map((answer) => answer.id)).toContain(id);
  }, patient);
}

test('calls are answered by their number, also what goes wrong; other messages are left alone', async () => {
  page.postMessage('garbage');
  page.postMessage({ type: 'call', id: 'one', name: 'robots.startDemo' });
  send({ type: 'call', id: 7, name: 'robots.startDemo', input: {} });
  send({ type: 'call', id: 8, name: 'cache.hold', input: { robot: 'nobody', filter: {} } });
  send({ type: 'call', id: 9, name: 'what', input: {} });
  await vi.waitFor(() => {
    expect(answers()).toHaveLength(3);
  }, patient);
  const byId = new Map(answers().map(({ id, result }) => [id, result]));
  expect(byId.get(7)).toEqual({ ok: true, value: { robot: 'demo' } });
  expect(byId.get(8)).toMatchObject({ ok: false, problem: { code: 'unknown-robot' } });
  expect(byId.get(9)).toMatchObject({ ok: false, problem: { code: 'unknown-call' } });
});

test('a status frame goes as it is', async () => {
  connection.sendStatus(status);
  await vi.waitFor(() => {
    expect(received).toEqual([status]);
  }, patient);
});

test('a watched robot is fed: the window first, then what is new, and no more than the page takes in', async () => {
  const session = await opened();
  bench.giveLogs('first', 'second');
  await session.intake.drain();
  send({ type: 'call', id: 1, name: 'live.watch', input: { robot: 'rover' } });
  await vi.waitFor(() => {
    expect(frames()).toHaveLength(1);
  }, patient);
  expect(frames()[0]).toMatchObject({ robot: 'rover', sequence: 1, fresh: true, rows: [{ id: 0 }, { id: 1 }] });

  bench.giveLogs('third');
  await vi.waitFor(() => {
    expect(messagesShown()).toEqual(['first', 'second', 'third']);
  }, patient);
  // Two frames are on the way: nothing more comes until one is acknowledged.
  await session.intake.drain();
  bench.giveLogs('fourth');
  bench.giveLogs('fifth');
  await session.intake.drain();
  await new Promise((resolve) => setTimeout(resolve, 150));
  await caughtUp(2);
  expect(frames()).toHaveLength(2);
  send({ type: 'ack', sequence: 2 });
  await vi.waitFor(() => {
    expect(messagesShown()).toEqual(['first', 'second', 'third', 'fourth', 'fifth']);
  }, patient);
  expect(frames()).toHaveLength(3);
  expect(frames()[2]).toMatchObject({ sequence: 3, fresh: false, rowsLeftOut: 0 });
});

test('a robot that is opened after the page asked for it is fed from then on', async () => {
  send({ type: 'call', id: 1, name: 'live.watch', input: { robot: 'rover' } });
  await caughtUp(2);
  connection.sendStatus(status);
  await caughtUp(3);
  expect(frames()).toEqual([]);
  await opened();
  bench.giveLogs('hello');
  connection.sendStatus(status);
  await vi.waitFor(() => {
    expect(messagesShown()).toEqual(['hello']);
  }, patient);
  expect(frames()[0]).toMatchObject({ fresh: true });
});

test('a robot that is opened anew is fed anew; one that went is fed no more', async () => {
  await opened();
  bench.giveLogs('from the first');
  send({ type: 'call', id: 1, name: 'live.watch', input: { robot: 'rover' } });
  await vi.waitFor(() => {
    expect(messagesShown()).toEqual(['from the first']);
  }, patient);
  await sessions.get('rover')?.close();
  sessions.delete('rover');
  connection.sendStatus(status);
  await opened();
  bench.giveLogs('from the second');
  connection.sendStatus(status);
  await vi.waitFor(() => {
    expect(messagesShown()).toEqual(['from the first', 'from the second']);
  }, patient);
  const all = frames();
  const [, second = -1] = all.flatMap(({ fresh }, at) => (fresh ? [at] : []));
  const before = all.slice(0, second).flatMap(({ rows }) => rows);
  expect(before).toMatchObject([{ message: 'from the first' }]);
});

test('watching another robot, or none, ends the frames of the first', async () => {
  await opened('rover');
  const first = bench.source;
  await opened('walker');
  send({ type: 'call', id: 1, name: 'live.watch', input: { robot: 'rover' } });
  send({ type: 'call', id: 2, name: 'live.watch', input: { robot: 'walker' } });
  bench.giveLogs('walks');
  await vi.waitFor(() => {
    expect(messagesShown()).toEqual(['walks']);
  }, patient);
  expect(first).not.toBe(bench.source);
  expect(frames().map(({ robot, sequence }) => [robot, sequence])).toContainEqual(['walker', 1]);
  const before = frames().length;
  send({ type: 'call', id: 3, name: 'live.watch', input: { robot: null } });
  await caughtUp(4);
  send({ type: 'ack', sequence: 2 });
  bench.giveLogs('walks on');
  await sessions.get('walker')?.intake.drain();
  await caughtUp(5);
  expect(messagesShown()).toEqual(['walks']);
  expect(frames().length).toBeLessThanOrEqual(before + 1);
});

test('a page that goes takes its waiting flush along, and nothing of the records', async () => {
  const session = await opened();
  bench.sink.always = 'offline';
  bench.giveLogs('one', 'two');
  await session.intake.drain();
  send({ type: 'call', id: 1, name: 'upload.flush', input: { robot: 'rover', filter: {}, wait: true } });
  await vi.waitFor(() => {
    expect(session.uploader.status()).toMatchObject({ flushing: true, state: 'waiting' });
  }, patient);
  page.close();
  await vi.waitFor(() => {
    expect(session.uploader.status().flushing).toBe(false);
  }, patient);
  expect(onClosed).toHaveBeenCalledExactlyOnceWith(connection);
  expect(await session.usage()).toMatchObject({ cachedRecords: 2, pendingRecords: 2 });
});
