// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { patient } from '../../main/model/patient.test-support.js';
import { PageBench } from '../PageBench.test-support.js';
import { getCacheDesk, setCacheDesk } from './cacheDeskStore.js';
import { everything } from './DeskFilter.js';
import { Timeline } from './Timeline.js';

let bench: PageBench;
const widthPx = 1000;
const fromMs = 1_790_000_000_000;
const stepMs = 60_000;

/** A document without a screen has no sizes: every element is as wide as this. */
class WideObserver {
  constructor(private readonly report: () => void) {}
  observe(): void {
    this.report();
  }
  disconnect(): void {
    // Nothing was begun.
  }
}

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', WideObserver);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(widthPx);
  vi.spyOn(HTMLElement.prototype, 'getBoundingClientRect').mockReturnValue(new DOMRect(0, 0, widthPx, 50));
  HTMLElement.prototype.setPointerCapture = () => undefined;
  bench = new PageBench();
  bench.answers['cache.timeline'] = ({ columns }) => ({
    ...{ fromMs, untilMs: fromMs + columns * stepMs, tooMany: false },
    steps: Array.from({ length: columns }, () => ({ quiet: 1, warn: 0, error: 0, metric: 0 })),
  });
  bench.show(<Timeline robot={bench.robot.name} segments={[]} />);
});

afterEach(() => {
  bench.close();
  setCacheDesk({ filter: everything });
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function draw(...events: readonly [type: string, atPx: number, button?: number][]): Promise<void> {
  const row = await bench.find('timeline');
  for (const [type, clientX, button = 0] of events) {
    row.dispatchEvent(new PointerEvent(type, { clientX, button, bubbles: true, pointerId: 1 }));
    // React draws what was drawn so far before the next one.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it('drawn over with the mouse, in either direction, it narrows what is meant to whole columns', async () => {
  await draw(['pointerdown', 205], ['pointermove', 300], ['pointermove', 391], ['pointerup', 391]);
  // A hundred columns of ten pixels.
  await vi.waitFor(() => {
    expect(getCacheDesk().filter.range).toEqual({ fromMs: fromMs + 20 * stepMs, untilMs: fromMs + 40 * stepMs });
  }, patient);
  expect(document.querySelector('.timeline-brush')).not.toBeNull();
  await draw(['pointerdown', 505], ['pointermove', 400], ['pointerup', 405]);
  await vi.waitFor(() => {
    expect(getCacheDesk().filter.range).toEqual({ fromMs: fromMs + 40 * stepMs, untilMs: fromMs + 51 * stepMs });
  }, patient);
});

it('drawn over as a whole it means all times; another button, and one that was called off, choose nothing', async () => {
  await draw(['pointerdown', 205, 2], ['pointermove', 300], ['pointerup', 300]);
  await draw(['pointerdown', 205], ['pointermove', 300], ['pointercancel', 300], ['pointerup', 310]);
  expect(getCacheDesk().filter.range).toBeNull();
  await draw(['pointerdown', 100], ['pointerup', 200]);
  expect(getCacheDesk().filter.range).not.toBeNull();
  await draw(['pointerdown', 0], ['pointermove', 999], ['pointerup', 999]);
  await vi.waitFor(() => {
    expect(getCacheDesk().filter.range).toBeNull();
  }, patient);
});
