import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../seams/Clock.js';
import { AddressWatch } from './AddressWatch.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watched(first: readonly string[]) {
  let addresses = first;
  const told: string[] = [];
  const watch = new AddressWatch(
    () => addresses,
    systemClock,
    (now) => told.push(now.join(' ')),
  );
  watch.start();
  const become = (...next: string[]): void => {
    addresses = next;
    vi.advanceTimersByTime(4_000);
  };
  return { watch, told, become };
}

it('tells once when the addresses have changed, whatever their order', () => {
  const { told, become } = watched(['10.0.0.2', '10.0.0.1']);
  become('10.0.0.1', '10.0.0.2');
  expect(told).toEqual([]);
  become('10.0.0.7');
  become('10.0.0.7');
  expect(told).toEqual(['10.0.0.7']);
});

it('waits for a cable that was pulled, and says nothing when it has its address again', () => {
  const { told, become } = watched(['10.0.0.2']);
  become();
  become('10.0.0.2');
  expect(told).toEqual([]);
  become();
  become('10.0.0.9');
  expect(told).toEqual(['10.0.0.9']);
});

it('says nothing of the first address of an interface that had none: it is asked for elsewhere', () => {
  const { told, become } = watched([]);
  become('10.0.0.2');
  expect(told).toEqual([]);
  become('10.0.0.3');
  expect(told).toEqual(['10.0.0.3']);
});

it('does not tell of what was so for a moment only, nor after its end', () => {
  const { watch, told, become } = watched(['10.0.0.2']);
  let looks = 0;
  const flapping = new AddressWatch(
    () => [`10.0.1.${looks++}`],
    systemClock,
    (now) => told.push(now.join(' ')),
  );
  flapping.start();
  vi.advanceTimersByTime(20_000);
  expect(looks).toBeGreaterThan(5);
  flapping.stop();
  watch.stop();
  become('10.0.0.3');
  expect(told).toEqual([]);
});
