import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { testLog, testStartNs } from '../cache/testRecords.js';
import type { LaptopLimits } from '../model/LaptopLimits.js';
import { patient } from '../model/patient.test-support.js';
import { LaptopRoom } from './LaptopRoom.js';
import type { RobotSession } from './RobotSession.js';
import { robotConfig, SessionBench } from './SessionBench.test-support.js';

const megabyte = 2 ** 20;
const limitBytes = 4 * megabyte;
let bench: SessionBench;
let cachesFolder: string;
let sessions: Map<string, RobotSession>;
let appended: Map<string, number>;
let problems: string[];

beforeEach(async () => {
  bench = await SessionBench.make();
  cachesFolder = await mkdtemp(path.join(os.tmpdir(), 'tether-room-'));
  sessions = new Map();
  appended = new Map();
  problems = [];
});

afterEach(async () => {
  await bench.remove();
  await rm(cachesFolder, { recursive: true });
  expect(problems).toEqual([]);
});

function roomOf(cachesBytesMax: number | null): LaptopRoom {
  const limits: LaptopLimits = { cachesBytesMax, diskFreeBytesMin: 0 };
  return new LaptopRoom({ cachesFolder, caches: sessions, limits, log: (line) => problems.push(line) });
}

async function open(name: string): Promise<RobotSession> {
  const session = await bench.open({
    ...robotConfig(name),
    cache: { bytesMax: 64 * megabyte, segmentBytesMax: 128 * 1024 },
  });
  sessions.set(name, session);
  return session;
}

/** About so many kilobytes, which no packing makes small. */
async function grow(session: RobotSession, kilobytes: number): Promise<void> {
  const records = Array.from({ length: kilobytes }, (_, index) =>
    testLog({ message: randomBytes(1000).toString('latin1'), stampNs: testStartNs + BigInt(index) }),
  );
  await session.cache.append(records);
  appended.set(session.name, (appended.get(session.name) ?? 0) + records.length);
}

async function bytesOf(...names: string[]): Promise<number> {
  const usages = await Promise.all(names.map(async (name) => await sessions.get(name)?.usage()));
  return usages.reduce((sum, usage) => sum + (usage?.bytes ?? 0), 0);
}

test('the largest cache gives up its oldest, counted as that, and a small one keeps all', async () => {
  const [large, small] = [await open('large'), await open('small')];
  const room = roomOf(limitBytes);
  await grow(small, 300);
  for (let round = 0; round < 24; round += 1) {
    await room.shareOut();
    await grow(large, 250);
    expect(await bytesOf('large', 'small')).toBeLessThanOrEqual(limitBytes);
  }
  await room.shareOut();
  await vi.waitFor(async () => {
    expect(await bytesOf('large', 'small')).toBeLessThanOrEqual(limitBytes * 0.95);
  }, patient);
  const [ofLarge, ofSmall] = [await large.usage(), await small.usage()];
  expect(ofSmall).toMatchObject({ lost: {}, evictedForLaptop: 0, cachedRecords: 300 });
  expect(ofLarge.evictedForLaptop).toBeGreaterThan(1000);
  expect(ofLarge.evictedForLaptop).toBe(ofLarge.lost.evicted);
  // What the gap markers add is a record or two.
  const gone = (appended.get('large') ?? 0) - ofLarge.evictedForLaptop;
  expect(ofLarge.cachedRecords - gone).toBeLessThanOrEqual(2);
  expect(ofLarge.cachedRecords).toBeGreaterThanOrEqual(gone);
  expect(ofLarge.bytesMaxCause).toBe('laptop-limit');
  expect((await large.status()).evictedForLaptop).toBe(ofLarge.evictedForLaptop);
});

function gapReasons(session: RobotSession): string[] {
  const rows = session.logs.rowsFrom(0, session.logs.nextId);
  return rows.flatMap((row) => (row.type === 'gap' ? row.reason : []));
}

async function firstMarker(session: RobotSession): Promise<string> {
  for await (const { record } of session.cache.read({ nodes: ['tether'] }, 'oldest')) {
    if (record.kind === 'log') return record.message;
  }
  return '';
}

test('the count is on disk: it is there again after a reopening', async () => {
  const session = await open('rover');
  const room = roomOf(limitBytes);
  await grow(session, 3000);
  await room.shareOut();
  await room.setLimits({ cachesBytesMax: 2 * megabyte, diskFreeBytesMin: 0 });
  await vi.waitFor(async () => {
    expect(await bytesOf('rover')).toBeLessThanOrEqual(2 * megabyte);
  }, patient);
  await vi.waitFor(async () => {
    expect(await firstMarker(session)).toMatch(
      /^Lost at the limit of all robots' caches together of [24] MB: \d+ INFO logs/,
    );
  }, patient);
  expect(gapReasons(session)).toContain("the limit of all robots' caches together made the oldest records go");
  const { evictedForLaptop } = await session.usage();
  expect(evictedForLaptop).toBeGreaterThan(500);
  await session.close();
  const again = await open('rover');
  expect(await again.usage()).toMatchObject({ evictedForLaptop, lost: { evicted: evictedForLaptop } });
});

test('a lowered limit holds at once, also for a robot that says nothing; without one nothing is bounded', async () => {
  const [one, two] = [await open('one'), await open('two')];
  const room = roomOf(null);
  await grow(one, 2000);
  await grow(two, 1500);
  await room.shareOut();
  expect((await one.usage()).bytesMax).toBe(64 * megabyte);
  await room.setLimits({ cachesBytesMax: 2 * megabyte, diskFreeBytesMin: 0 });
  await vi.waitFor(async () => {
    expect(await bytesOf('one', 'two')).toBeLessThanOrEqual(2 * megabyte);
  }, patient);
  for (const session of [one, two]) {
    await vi.waitFor(async () => {
      expect((await session.usage()).evictedForLaptop).toBeGreaterThan(0);
    }, patient);
  }
  await room.setLimits({ cachesBytesMax: null, diskFreeBytesMin: 0 });
  expect(await one.usage()).toMatchObject({ bytesMax: 64 * megabyte, bytesMaxCause: 'robot-limit' });
});

test('caches that are not open here count, and are left alone', async () => {
  const session = await open('rover');
  await mkdir(path.join(cachesFolder, 'arm', 'segments'), { recursive: true });
  await mkdir(path.join(cachesFolder, 'rover'));
  await writeFile(path.join(cachesFolder, 'arm', 'segments', 'x.mcap'), Buffer.alloc(3 * megabyte));
  await writeFile(path.join(cachesFolder, 'rover', 'ours.mcap'), Buffer.alloc(3 * megabyte));
  await grow(session, 100);
  await roomOf(limitBytes + megabyte).shareOut();
  const { bytes, bytesMax } = await session.usage();
  expect(bytesMax).toBeGreaterThan(bytes);
  expect(bytesMax).toBeLessThan(2 * megabyte);
});
