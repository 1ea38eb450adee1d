import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ownerCall } from './ownerCall.js';

let folder: string;
let socketPath: string;
let server: Server | null = null;
const never = new AbortController().signal;
const counts = { sentLogs: 1, sentMetrics: 2, refused: 0, remaining: 3 };
const input = { robot: 'rover', filter: {}, wait: false };

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tether-owner-'));
  socketPath = path.join(folder, 'owner.sock');
});

afterEach(async () => {
  server?.close();
  server = null;
  await rm(folder, { recursive: true });
});

/** An owner that does with each request's text what the test says. */
async function owner(answer: (request: string, socket: Socket) => void): Promise<void> {
  const started = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      answer(chunk.toString(), socket);
    });
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(socketPath, resolve));
}

test('asks in one line and gives the answer, whatever the pieces it comes in', async () => {
  let asked = '';
  await owner((request, socket) => {
    asked = request;
    const answer = JSON.stringify({ id: 1, result: { ok: true, value: counts } });
    socket.write(answer.slice(0, 10));
    setImmediate(() => socket.write(`${answer.slice(10)}\n`));
  });
  expect(await ownerCall(socketPath, 'upload.flush', input, never)).toEqual({ ok: true, value: counts });
  expect(JSON.parse(asked)).toEqual({ id: 1, name: 'upload.flush', input });
  expect(asked.endsWith('\n')).toBe(true);
});

test("passes the owner's problem on", async () => {
  const problem = { code: 'offline', message: 'No link.', nextStep: 'Wait.' };
  await owner((_, socket) => socket.write(`${JSON.stringify({ id: 1, result: { ok: false, problem } })}\n`));
  expect(await ownerCall(socketPath, 'upload.flush', input, never)).toEqual({ ok: false, problem });
});

test.each([
  ['no JSON', 'hello\n'],
  ['another id', `${JSON.stringify({ id: 2, result: { ok: true, value: counts } })}\n`],
  ['another shape', `${JSON.stringify({ id: 1, result: { ok: true, value: { sent: 1 } } })}\n`],
])('an answer that cannot be read: %s', async (_, answer) => {
  await owner((_request, socket) => socket.write(answer));
  expect(await ownerCall(socketPath, 'upload.flush', input, never)).toMatchObject({
    problem: { code: 'owner-answer' },
  });
});

test('an owner that is gone, or goes', async () => {
  expect(await ownerCall(socketPath, 'upload.flush', input, never)).toMatchObject({ problem: { code: 'owner-gone' } });
  await owner((_, socket) => socket.destroy());
  expect(await ownerCall(socketPath, 'upload.flush', input, never)).toMatchObject({ problem: { code: 'owner-gone' } });
});

test('an interrupt ends the wait, and the owner notices', async () => {
  const interrupt = new AbortController();
  const closed = new Promise<void>((resolve) => {
    void owner((_, socket) => {
      socket.on('close', resolve);
      interrupt.abort();
    }).then(async () => {
      const result = await ownerCall(socketPath, 'upload.flush', input, interrupt.signal);
      expect(result).toMatchObject({ problem: { code: 'cancelled' } });
    });
  });
  await closed;
});
