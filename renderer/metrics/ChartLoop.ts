import type { TimeView } from './timeView.js';

/** A chart on the page: drawn only while it can be seen. */
export interface DrawnChart {
  readonly element: Element;
  /** Draws itself for this time. */
  draw(view: TimeView): void;
  /** Shows what it has at the moment that is pointed at; null is none. */
  point(timeMs: number | null): void;
}

interface Entry {
  readonly chart: DrawnChart;
  isVisible: boolean;
  drawn: TimeView | null;
  drawnChange: number;
}

/**
 * One loop that draws all charts of the desk: at most `framesPerSMax` times a second, only those in view, only those for which the
 * time has moved by half a pixel or something has changed, and never longer than `drawMsMax` at a time while nobody acts. What a
 * person does (zoom, pan, point) is drawn in the next frame by all charts at once.
 */
export class ChartLoop {
  private readonly entries = new Map<Element, Entry>();
  private readonly observer: IntersectionObserver;
  private frame = 0;
  private lastMs = 0;
  private change = 0;
  private isTouched = false;
  private next = 0;
  /** How often a chart was drawn; for benchmarks. */
  drawnCount = 0;

  constructor(
    private readonly view: () => TimeView,
    private readonly pointed: () => number | null,
  ) {
    this.observer = new IntersectionObserver((changes) => {
      for (const { target, isIntersecting } of changes) {
        const entry = this.entries.get(target);
        if (entry === undefined) continue;
        entry.isVisible = isIntersecting;
        if (isIntersecting) entry.drawn = null;
      }
    });
  }

  start(): () => void {
    const run = (nowMs: number): void => {
      this.frame = requestAnimationFrame(run);
      if (!this.isTouched && nowMs - this.lastMs < 1000 / framesPerSMax) return;
      this.lastMs = nowMs;
      this.drawDue();
    };
    this.frame = requestAnimationFrame(run);
    return () => {
      cancelAnimationFrame(this.frame);
    };
  }

  add(chart: DrawnChart): () => void {
    this.entries.set(chart.element, { chart, isVisible: true, drawn: null, drawnChange: 0 });
    this.observer.observe(chart.element);
    return () => {
      this.entries.delete(chart.element);
      this.observer.unobserve(chart.element);
    };
  }

  /** Every chart in view is to be drawn in the next frame. */
  touch(): void {
    this.change += 1;
    this.isTouched = true;
  }

  /** Only the pointed moment has changed. */
  pointAll(): void {
    const timeMs = this.pointed();
    for (const { chart, isVisible } of this.entries.values()) if (isVisible) chart.point(timeMs);
  }

  get visible(): readonly Element[] {
    return [...this.entries.values()].filter(({ isVisible }) => isVisible).map(({ chart }) => chart.element);
  }

  private drawDue(): void {
    const view = this.view();
    const entries = [...this.entries.values()];
    const untilMs = performance.now() + drawMsMax;
    const mustDrawAll = this.isTouched;
    this.isTouched = false;
    for (let tried = 0; tried < entries.length; tried += 1) {
      const entry = entries[(this.next + tried) % entries.length];
      if (entry === undefined || !entry.isVisible || !this.isDue(entry, view)) continue;
      entry.chart.draw(view);
      entry.drawn = view;
      entry.drawnChange = this.change;
      this.drawnCount += 1;
      if (!mustDrawAll && performance.now() > untilMs) {
        this.next = (this.next + tried + 1) % entries.length;
        return;
      }
    }
    this.next = 0;
  }

  private isDue(entry: Entry, view: TimeView): boolean {
    const { drawn, drawnChange } = entry;
    if (drawn === null || drawnChange !== this.change) return true;
    const pixelMs = (view.untilMs - view.fromMs) / Math.max(1, entry.chart.element.clientWidth);
    return Math.abs(view.untilMs - drawn.untilMs) >= pixelMs / 2 || Math.abs(view.fromMs - drawn.fromMs) >= pixelMs / 2;
  }
}

const framesPerSMax = 40;
/** Leaves half a frame of 60 Hz for everything else. */
const drawMsMax = 8;
