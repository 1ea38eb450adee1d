import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../seams/Clock.js';
import { drainIntervalMs, DrainLoop } from './DrainLoop.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A subscription with so many messages waiting, and a wait set that wakes the loop for each while it may. */
function setUp(takenMax = 1_000) {
  const told: string[] = [];
  const waiting = { messages: 0, taken: 0 };
  const drain = () => {
    const taken = Math.min(waiting.messages, takenMax);
    waiting.messages -= taken;
    waiting.taken += taken;
    told.push(`took ${taken}`);
    return { taken, more: taken === takenMax };
  };
  const loop = new DrainLoop({
    drain,
    setWaiting: (isWaiting) => told.push(isWaiting ? 'wait' : 'timer'),
    clock: systemClock,
  });
  const receive = (): void => {
    waiting.messages += 1;
    if (!loop.isWaiting) return;
    drain();
    loop.woken();
  };
  return { loop, told, waiting, receive };
}

it('is woken for each message while they come seldom', () => {
  const { told, receive } = setUp();
  for (let message = 0; message < 5; message += 1) {
    receive();
    vi.advanceTimersByTime(drainIntervalMs * 2);
  }
  expect(told).toEqual(Array.from({ length: 5 }, () => 'took 1'));
});

it('takes what comes closely in one go, and lets itself be woken again when nothing has come', () => {
  const { told, waiting, receive, loop } = setUp();
  for (let message = 0; message < 100; message += 1) {
    receive();
    vi.advanceTimersByTime(1);
  }
  vi.advanceTimersByTime(drainIntervalMs * 3);
  expect(waiting).toEqual({ messages: 0, taken: 100 });
  expect(told.slice(0, 4)).toEqual(['took 1', 'took 1', 'timer', `took ${drainIntervalMs - 1}`]);
  expect(told.length).toBeLessThan(30);
  expect(told.slice(-2)).toEqual(['took 0', 'wait']);
  expect(loop.isWaiting).toBe(true);
});

it('does not pause while more waits than it takes in one go', () => {
  const { told, waiting, receive } = setUp(10);
  receive();
  receive();
  waiting.messages = 35;
  vi.advanceTimersByTime(drainIntervalMs + 3);
  expect(told.slice(2)).toEqual(['timer', 'took 10', 'took 10', 'took 10', 'took 5']);
});

it('takes nothing any more once it was stopped', () => {
  const { loop, told, receive } = setUp();
  receive();
  receive();
  loop.stop();
  vi.advanceTimersByTime(100);
  expect(told).toEqual(['took 1', 'took 1', 'timer']);
});
