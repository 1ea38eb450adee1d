import { expect, test } from 'vitest';
import { BodyMemory } from './BodyMemory.js';

test('memory that was given back is used again, and no memory twice at a time', () => {
  const memory = new BodyMemory();
  const first = memory.take(1_000);
  const second = memory.take(1_000);
  expect(second.buffer).not.toBe(first.buffer);
  memory.giveBack(first.subarray(0, 10));
  memory.giveBack(first.subarray(0, 10));
  expect(memory.take(900).buffer).toBe(first.buffer);
  expect(memory.take(900).buffer).not.toBe(first.buffer);
});

test('what is too small is not taken, and what is not from here is not kept', () => {
  const memory = new BodyMemory();
  const small = memory.take(100);
  memory.giveBack(small);
  expect(memory.take(200).byteLength).toBeGreaterThanOrEqual(200);
  const foreign = new Uint8Array(500);
  memory.giveBack(foreign);
  expect(memory.take(500).buffer).not.toBe(foreign.buffer);
});
