import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pausedFlushesFile, uploadsFile } from '../config/home.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { RobotSession } from './RobotSession.js';
import { SessionBench } from './SessionBench.test-support.js';

const patient = { timeout: 15_000, interval: 20 };
const never = new AbortController().signal;
let bench: SessionBench;

beforeEach(async () => {
  bench = await SessionBench.make();
});

afterEach(async () => {
  await bench.remove();
});

async function open(mode: 'auto' | 'manual'): Promise<RobotSession> {
  const session = await bench.open();
  session.startUploading(mode);
  await session.connect();
  return session;
}

/** Asks for a flush that cannot go, pauses it, and ends the session as the end of Tether does. */
async function pauseAndEnd(filter: RecordFilter): Promise<void> {
  bench.sink.always = 'offline';
  const session = await open('manual');
  bench.giveLogs('one', 'two');
  bench.giveMetrics(3);
  await session.intake.drain();
  const flush = session.uploader.flush(filter, { wait: true, signal: never });
  await vi.waitFor(() => {
    expect(session.uploader.status().flush).not.toBeNull();
  }, patient);
  expect(await session.pauseFlushes()).toEqual({ ok: true, value: 1 });
  await session.close();
  expect(await flush).toMatchObject({ ok: false, problem: { code: 'stopped' } });
  bench.sink.always = null;
}

function file(): string {
  return pausedFlushesFile(uploadsFile(bench.folder, 'rover'));
}

async function isOnDisk(): Promise<boolean> {
  return await access(file()).then(
    () => true,
    () => false,
  );
}

test('a flush that is paused when Tether ends is paused at the next start, and goes on with what was left of it', async () => {
  await pauseAndEnd({ kind: 'metric', sinceNs: 1_000_500_000n });
  const session = await open('manual');
  bench.giveMetrics(2);
  await session.intake.drain();
  expect((await session.status()).upload).toMatchObject({
    ...{ state: 'manual', flushing: false, flush: null },
    words: expect.stringContaining('paused') as string,
    paused: { records: 3, sent: 0, refused: 0, filter: { kind: 'metric', sinceMs: 1000.5 } },
  });
  expect(session.uploader.resumeFlushes()).toBe(1);
  await vi.waitFor(async () => {
    expect(await session.usage()).toMatchObject({ acknowledgedMetrics: 3, acknowledgedLogs: 0, pendingRecords: 4 });
  }, patient);
  await session.close();
  expect(await isOnDisk()).toBe(false);
  expect((await open('manual')).uploader.status()).toMatchObject({ paused: null, sentMetrics: 0 });
});

test('until a person says so nothing goes by itself after the start; called off, all does', async () => {
  await pauseAndEnd({ kind: 'metric' });
  const requestsBefore = bench.sink.requests.length;
  const session = await open('auto');
  bench.giveLogs({ severity: 'FATAL', message: 'urgent' });
  await session.intake.drain();
  await sleep(300);
  expect(bench.sink.requests.length).toBe(requestsBefore);
  expect(session.uploader.cancelFlushes('paused')).toBe(1);
  await vi.waitFor(async () => {
    expect(await session.usage()).toMatchObject({ acknowledgedMetrics: 3, acknowledgedLogs: 3, pendingRecords: 0 });
  }, patient);
  await session.close();
  expect(await isOnDisk()).toBe(false);
});

test('what is answered while Tether ends is not counted again, and a flush that is done so is no longer paused', async () => {
  const openSink = bench.sink.shut();
  const session = await open('manual');
  bench.giveLogs('one', 'two');
  await session.intake.drain();
  void session.uploader.flush({}, { wait: true, signal: never });
  await vi.waitFor(() => {
    expect(session.uploader.status().state).toBe('sending');
  }, patient);
  expect(await session.pauseFlushes()).toMatchObject({ ok: true });
  expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({ flushes: [{ counts: { leftLogs: 2 } }] });
  const closed = session.close();
  openSink();
  await closed;
  expect(await isOnDisk()).toBe(false);
});

test.each([
  ['garbage', 'no JSON'],
  ['a condition that a later Tether knows', '{"flushes":[{"filter":{"kind":"log","weather":"bad"},"counts":null}]}'],
])('where it cannot be read (%s) nothing goes until a person chooses', async (_, text) => {
  await mkdir(path.dirname(file()), { recursive: true });
  await writeFile(file(), text);
  const session = await open('auto');
  bench.giveLogs('one');
  await session.intake.drain();
  await sleep(200);
  expect((await session.status()).upload).toMatchObject({
    mode: 'manual',
    words: expect.stringContaining('which could not be read') as string,
  });
  expect(bench.sink.requests).toEqual([]);
  session.chooseMode('auto');
  await vi.waitFor(async () => {
    expect(await session.usage()).toMatchObject({ acknowledgedLogs: 1 });
  }, patient);
  await session.close();
  expect(await isOnDisk()).toBe(false);
});

test('one that was paused before it was counted is counted at the next start', async () => {
  await pauseAndEnd({ kind: 'log' });
  await writeFile(file(), '{"flushes":[{"filter":{"kind":"log"},"counts":null}]}');
  const session = await open('manual');
  await vi.waitFor(() => {
    expect(session.uploader.status().paused).toMatchObject({ records: 2 });
  }, patient);
});

test('a disk that does not take it is told', async () => {
  bench.sink.always = 'offline';
  const session = await open('manual');
  bench.giveLogs('one');
  await session.intake.drain();
  void session.uploader.flush({}, { wait: true, signal: never });
  await session.uploads.write();
  await rm(path.dirname(file()), { recursive: true, force: true });
  await writeFile(path.dirname(file()), 'in the way');
  expect(await session.pauseFlushes()).toMatchObject({ ok: false, problem: { code: 'disk' } });
  expect(session.uploader.status().paused).not.toBeNull();
});
