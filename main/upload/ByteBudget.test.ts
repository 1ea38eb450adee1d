import { beforeEach, expect, test } from 'vitest';
import { ByteBudget, chunkBytesOf } from './ByteBudget.js';
import { ManualClock } from './ManualClock.test-support.js';

let clock: ManualClock;
let budget: ByteBudget;
let went: string[];

beforeEach(() => {
  clock = new ManualClock(1_800_000_000_000_000_000n);
  budget = new ByteBudget(clock);
  went = [];
});

/** Asks for the next piece as soon as one went, as a request that is written does. */
async function write(who: string, bytes: number, pieceBytes: number): Promise<void> {
  for (let left = bytes; left > 0; left -= pieceBytes) {
    await budget.take(who, Math.min(left, pieceBytes));
    went.push(who);
  }
}

function count(who: string): number {
  return went.filter((one) => one === who).length;
}

test('without a limit everything goes at once', async () => {
  await write('rover', 10_000_000, 1_000_000);
  expect(went).toHaveLength(10);
});

test('so many bytes a second go, however long it lasts', async () => {
  budget.setLimit(50_000);
  void write('rover', 1_000_000_000, 5_000);
  await clock.advance(10_000);
  // Ten pieces a second, and what may go at once after a pause.
  expect(count('rover')).toBeGreaterThanOrEqual(99);
  expect(count('rover')).toBeLessThanOrEqual(103);
});

test('a pause saves up no more than a part of a second', async () => {
  budget.setLimit(50_000);
  await clock.advance(3_600_000);
  void write('rover', 1_000_000_000, 5_000);
  await clock.settle();
  expect(count('rover')).toBeLessThanOrEqual(3);
});

test('who asks for much keeps nobody out: each gets its turn', async () => {
  budget.setLimit(100_000);
  for (let index = 0; index < 4; index += 1) void write('large', 100_000_000, 1_000);
  void write('small', 100_000_000, 1_000);
  void write('third', 100_000_000, 1_000);
  await clock.advance(9_000);
  expect(Math.abs(count('large') - count('small'))).toBeLessThanOrEqual(1);
  expect(Math.abs(count('third') - count('small'))).toBeLessThanOrEqual(1);
  expect(count('small')).toBeGreaterThanOrEqual(295);
});

test('a piece larger than what a second brings goes, and what follows waits for it', async () => {
  budget.setLimit(1_000);
  void write('rover', 20_000, 10_000);
  await clock.advance(1_000);
  expect(count('rover')).toBe(1);
  await clock.advance(8_000);
  expect(count('rover')).toBe(1);
  await clock.advance(2_000);
  expect(count('rover')).toBe(2);
});

test('a limit that is lifted or lowered holds at once', async () => {
  budget.setLimit(1_000);
  void write('rover', 1_000_000, 10_000);
  await clock.advance(100);
  expect(count('rover')).toBeLessThan(3);
  budget.setLimit(null);
  await clock.settle();
  expect(count('rover')).toBe(100);
  budget.setLimit(20_000);
  void write('rover', 1_000_000, 10_000);
  await clock.advance(1_000);
  expect(count('rover')).toBeLessThan(105);
});

test('pieces are small where the limit is low', () => {
  expect(chunkBytesOf(1_000)).toBe(128);
  expect(chunkBytesOf(50_000)).toBe(6_250);
  expect(chunkBytesOf(10_000_000)).toBe(16_384);
});
