import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FrameSignal } from './FrameSignal.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  vi.stubGlobal('requestAnimationFrame', (draw: () => void) => setTimeout(draw, 16));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('tells of what came at most once a period, of the first at the next frame, and of a person’s act at once', () => {
  const signal = new FrameSignal(60);
  const toldMs: number[] = [];
  const startMs = performance.now();
  signal.subscribe(() => toldMs.push(performance.now() - startMs));
  for (let atMs = 0; atMs < 600; atMs += 1) {
    signal.touch();
    vi.advanceTimersByTime(1);
  }
  expect(toldMs.length).toBeGreaterThanOrEqual(7);
  expect(toldMs[0]).toBeLessThan(20);
  const gaps = toldMs.slice(1).map((ms, index) => ms - (toldMs[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(60);
  const before = toldMs.length;
  signal.touchNow();
  expect(toldMs).toHaveLength(before + 1);
});

it('loses no touch: what came last is told of', () => {
  const signal = new FrameSignal(60);
  let told = 0;
  signal.subscribe(() => (told += 1));
  signal.touch();
  vi.advanceTimersByTime(20);
  signal.touch();
  vi.advanceTimersByTime(100);
  expect(told).toBe(2);
});
