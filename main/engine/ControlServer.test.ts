import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { patient } from '../model/patient.test-support.js';
import { fail, succeed, type Result } from '../model/Problem.js';
import { DiskRobotFiles } from '../config/DiskRobotFiles.js';
import { CallDispatcher } from './CallDispatcher.js';
import { callHandlers } from './callHandlers.js';
import type { EngineActions } from './EngineActions.js';
import { ControlServer } from './ControlServer.js';
import { MemoryGroupDebts } from '../upload/GroupDebts.js';

const log: string[] = [];
let folder: string;
let dispatcher: CallDispatcher;
let server: ControlServer | null;
let clients: Socket[];
/** What `robots.connect` answers, in the order of the calls. */
let connecting: ((result: Result<void>) => void)[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tether-control-'));
  log.length = 0;
  clients = [];
  connecting = [];
  const actions: EngineActions = {
    files: new DiskRobotFiles(path.join(folder, 'robots')),
    session: (robot) => fail('unknown-robot', `There is no robot "${robot}".`, ''),
    addRobot: () => Promise.reject(new TypeError('undefined is not a function')),
    setConnected: () => new Promise((resolve) => connecting.push(resolve)),
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
  dispatcher = new CallDispatcher(callHandlers(actions), (line) => log.push(line));
  server = null;
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const here = { watch: null, signal: new AbortController().signal };

describe('CallDispatcher', () => {
  test.each(['robots.explode', 'toString', '__proto__', ''])('a call that there is not: "%s"', async (name) => {
    expect(await dispatcher.call(name, {}, here)).toMatchObject({
      ok: false,
      problem: { code: 'unknown-call', message: `There is no call "${name}".` },
    });
  });

  test('input that does not fit is refused, with what is wrong in words', async () => {
    const result = await dispatcher.call('robots.add', { name: '../etc', domainId: 300, cloud: 'azure' }, here);
    expect(result).toMatchObject({ ok: false, problem: { code: 'bad-input' } });
    const message = result.ok ? '' : result.problem.message;
    expect(message).toContain('robots.add');
    expect(message).toContain('no leading dot');
    expect(message).toMatch(/<=232[\s\S]*domainId/);
    expect(message).toMatch(/cloud/);
    expect(await dispatcher.call('robots.connect', undefined, here)).toMatchObject({
      problem: { code: 'bad-input' },
    });
  });

  test('an exception is a bug, said so, with its stack in the log', async () => {
    const result = await dispatcher.call('robots.add', { name: 'rover', domainId: 1, cloud: 'local' }, here);
    expect(result).toMatchObject({
      ok: false,
      problem: { code: 'bug', message: expect.stringContaining('undefined is not a function') as string },
    });
    expect(log.join('\n')).toMatch(/robots\.add failed: TypeError[\s\S]*ControlServer\.test/);
  });

  test('a page may watch', async () => {
    const watch = vi.fn();
    expect(await dispatcher.call('live.watch', { robot: 'rover' }, { ...here, watch })).toEqual(succeed({}));
    expect(watch).toHaveBeenCalledExactlyOnceWith('rover');
  });
});

async function started(): Promise<ControlServer> {
  server = await ControlServer.start(ControlServer.placeFor(folder), dispatcher);
  return server;
}

async function client(place: string): Promise<Socket> {
  const socket = connect(place);
  clients.push(socket);
  // A server that hangs up may do so while we write.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** `once` would reject for an error before it. */
function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    socket.on('close', () => {
      resolve();
    });
    socket.resume();
  });
}

function answersOf(socket: Socket): unknown[] {
  const answers: unknown[] = [];
  const lines = createInterface({ input: socket });
  lines.on('line', (line) => answers.push(JSON.parse(line)));
  lines.on('error', () => undefined);
  return answers;
}

function call(socket: Socket, id: number, name: string, input: unknown = {}): void {
  socket.write(`${JSON.stringify({ id, name, input })}\n`);
}

describe('ControlServer', () => {
  test('answers calls, but for what only a page can do', async () => {
    const socket = await client((await started()).socketPath);
    const answers = answersOf(socket);
    call(socket, 1, 'live.watch', { robot: 'rover' });
    call(socket, 2, 'robots.startDemo');
    call(socket, 3, 'cache.segments', { robot: 'rover' });
    await vi.waitFor(() => {
      expect(answers).toHaveLength(3);
    }, patient);
    const byId = new Map((answers as { id: number; result: unknown }[]).map(({ id, result }) => [id, result]));
    expect(byId.get(1)).toMatchObject({ ok: false, problem: { code: 'page-only' } });
    expect(byId.get(2)).toEqual({ ok: true, value: { robot: 'demo' } });
    expect(byId.get(3)).toMatchObject({ ok: false, problem: { code: 'unknown-robot' } });
  });

  test('a call that takes long does not hold up the next one', async () => {
    const socket = await client((await started()).socketPath);
    const answers = answersOf(socket);
    call(socket, 1, 'robots.connect', { robot: 'slow' });
    call(socket, 2, 'robots.startDemo');
    await vi.waitFor(() => {
      expect(answers).toEqual([{ id: 2, result: { ok: true, value: { robot: 'demo' } } }]);
      expect(connecting).toHaveLength(1);
    }, patient);
    connecting[0]?.(succeed(undefined));
    await vi.waitFor(() => {
      expect(answers.at(1)).toEqual({ id: 1, result: { ok: true, value: {} } });
    }, patient);
  });

  test('a line that is no call is left unanswered, the next one is', async () => {
    const socket = await client((await started()).socketPath);
    const answers = answersOf(socket);
    socket.write('this is no JSON\n{"id":"one","name":"robots.startDemo"}\n\n{"id":4,"name":"robots.st');
    socket.write('artDemo","input":{}}\n');
    await vi.waitFor(() => {
      expect(answers).toEqual([{ id: 4, result: { ok: true, value: { robot: 'demo' } } }]);
    }, patient);
  });

  test('a connection that is reset in the middle of a line ends nobody else', async () => {
    const { socketPath } = await started();
    const rude = await client(socketPath);
    rude.pause();
    // Answers that are never read make the close a reset; they must fit into the system's buffer, or writing fails first.
    for (let id = 0; id < 2; id++) call(rude, id, 'x'.repeat(80_000));
    call(rude, 9, 'robots.connect', { robot: 'slow' });
    await vi.waitFor(() => {
      expect(connecting).toHaveLength(1);
    }, patient);
    rude.write('{"id":10,"na');
    rude.destroy();
    connecting[0]?.(succeed(undefined));
    const socket = await client(socketPath);
    const answers = answersOf(socket);
    call(socket, 1, 'robots.startDemo');
    await vi.waitFor(() => {
      expect(answers).toHaveLength(1);
    }, patient);
  });

  test('a line without an end is cut off', async () => {
    const socket = await client((await started()).socketPath);
    const closed = closeOf(socket);
    const chunk = 'x'.repeat(1024 * 1024);
    for (let megabytes = 0; megabytes < 6; megabytes++) socket.write(chunk);
    await closed;
  });

  test('more connections than it takes are turned away, until one goes', async () => {
    const { socketPath } = await started();
    const taken: Socket[] = [];
    for (let count = 0; count < 16; count++) {
      const socket = await client(socketPath);
      const answers = answersOf(socket);
      call(socket, 1, 'robots.startDemo');
      await vi.waitFor(() => {
        expect(answers).toHaveLength(1);
      }, patient);
      taken.push(socket);
    }
    const tooMany = await client(socketPath);
    await closeOf(tooMany);
    taken[0]?.destroy();
    await vi.waitFor(async () => {
      const socket = await client(socketPath);
      const answers = answersOf(socket);
      call(socket, 1, 'robots.startDemo');
      await vi.waitFor(
        () => {
          expect(answers).toHaveLength(1);
        },
        { timeout: 500, interval: 20 },
      );
    }, patient);
  });

  test('only this user can open the socket, and it goes with the server', async () => {
    const running = await started();
    expect((await stat(running.socketPath)).mode & 0o777).toBe(0o600);
    const socket = await client(running.socketPath);
    const closed = closeOf(socket);
    await running.stop();
    server = null;
    await closed;
    await expect(stat(running.socketPath)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a socket that a killed process left behind is no hindrance', async () => {
    const first = await started();
    const second = await ControlServer.start(first.socketPath, dispatcher);
    await first.stop();
    server = second;
    const third = await ControlServer.start(first.socketPath, dispatcher);
    const socket = await client(third.socketPath);
    const answers = answersOf(socket);
    call(socket, 1, 'robots.startDemo');
    await vi.waitFor(() => {
      expect(answers).toHaveLength(1);
    }, patient);
    await third.stop();
  });

  test('a home whose path is too long for a socket has it elsewhere', async () => {
    const short = path.join(folder, 'home');
    expect(ControlServer.placeFor(short)).toBe(path.join(short, 'run', `${process.pid}.sock`));
    const long = path.join(folder, 'é'.repeat(60));
    const place = ControlServer.placeFor(long);
    expect(path.dirname(place)).toBe(os.tmpdir());
    expect(Buffer.byteLength(place)).toBeLessThan(108);
    server = await ControlServer.start(place, dispatcher);
    expect((await stat(place)).isSocket()).toBe(true);
  });
});
