import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FrameSignal } from './FrameSignal.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  // As a display has them: at fixed times, 16 ms apart.
  vi.stubGlobal('requestAnimationFrame', (draw: () => void) => setTimeout(draw, 16 - (performance.now() % 16)));
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

it('tells more often where somebody waits for it and drawing is quick, and no more often where it is slow', () => {
  // The first task after an animation frame: drawing has taken so long.
  let drawingMs = 0;
  vi.stubGlobal(
    'MessageChannel',
    class {
      port1 = { onmessage: (): void => undefined, close: (): void => undefined };
      port2 = {
        postMessage: (): void => {
          setTimeout(() => {
            this.port1.onmessage();
          }, drawingMs);
        },
      };
    },
  );
  const signal = new FrameSignal(60);
  signal.setWaitedFor(true);
  let told = 0;
  signal.subscribe(() => (told += 1));
  const tellFor = (ms: number): number => {
    told = 0;
    for (let atMs = 0; atMs < ms; atMs += 1) {
      signal.touch();
      vi.advanceTimersByTime(1);
    }
    return told;
  };
  drawingMs = 2;
  expect(tellFor(600)).toBeGreaterThan(20);
  // A little more than half a frame: with each frame, not with every second one.
  drawingMs = 10;
  tellFor(100);
  expect(tellFor(600)).toBeGreaterThan(30);
  drawingMs = 40;
  tellFor(100);
  expect(tellFor(600)).toBeLessThanOrEqual(10);
});
