import { beforeEach, expect, test } from 'vitest';
import type { CacheUsage } from '../seams/Cache.js';
import { ManualClock } from '../upload/ManualClock.test-support.js';
import { FillForecast, type FillTime } from './FillForecast.js';

let clock: ManualClock;
let diskRoomBytes: number | null;
let forecast: FillForecast;
/** What the cache holds now. */
let usage: { bytes: number; bytesMax: number; cachedRecords: number };

beforeEach(() => {
  clock = new ManualClock(1_800_000_000_000_000_000n);
  diskRoomBytes = null;
  forecast = new FillForecast(clock, () => Promise.resolve(diskRoomBytes));
  usage = { bytes: 0, bytesMax: 1_000_000, cachedRecords: 0 };
});

/** A second at a time, as the status is asked for; what the last asking gave. */
async function run(seconds: number, isStuck: boolean, each: (second: number) => void): Promise<FillTime | null> {
  let last: FillTime | null = null;
  for (let second = 0; second < seconds; second += 1) {
    each(second);
    last = forecast.next(usage as CacheUsage, isStuck);
    await clock.advance(1_000);
  }
  return last;
}

/** Comes at 1,000 bytes and 10 records a second. */
function grow(): void {
  usage.bytes += 1_000;
  usage.cachedRecords += 10;
}

test('nothing leaves: the time is that of the limit, once it is known for ten seconds', async () => {
  expect(await run(8, true, grow)).toBeNull();
  expect(await run(40, true, grow)).toEqual({ seconds: 952, by: 'limit' });
  expect(await run(70, true, () => undefined)).toBeNull();
});

test('uploads that get through, but more slowly than records come: it is filling up', async () => {
  const slowly = (second: number): void => {
    grow();
    // Each five seconds a request takes half of what came.
    if (second % 5 === 4) {
      usage.cachedRecords -= 25;
      usage.bytes -= 2_500;
    }
  };
  expect(await run(20, false, slowly)).toBeNull();
  const time = await run(60, false, slowly);
  expect(time?.by).toBe('limit');
  // 500 bytes a second are left over.
  expect(time?.seconds).toBeGreaterThan(1_500);
  expect(time?.seconds).toBeLessThan(2_500);
});

test('uploads that keep up: nothing is filling up, though the open segment grows', async () => {
  let waiting = 0;
  const all: (FillTime | null)[] = [];
  for (let minute = 0; minute < 3; minute += 1) {
    const last = await run(60, false, (second) => {
      waiting += 10;
      if (second % 10 === 9) waiting = 0;
      usage.bytes += 1_000;
      usage.cachedRecords = waiting;
    });
    all.push(last);
  }
  expect(all).toEqual([null, null, null]);
});

test('the disk has less room than the cache may take: it is named, and its time counts', async () => {
  diskRoomBytes = 400_000;
  const both = (): void => {
    grow();
    diskRoomBytes = (diskRoomBytes ?? 0) - 4_000;
  };
  const time = await run(40, true, both);
  expect(time?.by).toBe('disk');
  expect(time?.seconds).toBeGreaterThan(50);
  expect(time?.seconds).toBeLessThan(70);
});
