import type { SeriesShape } from '../../main/contract/bridge.js';
import type { SampleColumns } from '../../main/model/SampleColumns.js';

/**
 * Takes samples (or columns of them, by their means) and hands on what they are in another shape: `rate` is the increase a second
 * of a counter, which counts from zero when it begins anew; `change` may be negative; `smooth` is the mean of the last ten.
 */
export class ShapedSamples {
  private previousMs = NaN;
  private previous = NaN;
  private readonly recent: number[] = [];

  constructor(
    private readonly shape: SeriesShape,
    private readonly target: SampleColumns,
  ) {}

  addColumn(columns: SampleColumns, index: number): void {
    this.add((columns.firstMsAt(index) + columns.lastMsAt(index)) / 2, columns.meanAt(index));
  }

  add(timeMs: number, value: number): void {
    const isBroken = !Number.isFinite(value) || timeMs - this.previousMs > this.target.gapMs;
    if (isBroken) {
      this.recent.length = 0;
      this.previous = NaN;
    }
    const shaped = this.shaped(timeMs, value);
    this.previousMs = timeMs;
    this.previous = value;
    if (shaped !== null) this.target.add(timeMs, shaped);
  }

  private shaped(timeMs: number, value: number): number | null {
    if (this.shape === 'value') return value;
    if (this.shape === 'smooth') {
      if (!Number.isFinite(value)) return value;
      this.recent.push(value);
      if (this.recent.length > smoothSamples) this.recent.shift();
      return this.recent.reduce((sum, one) => sum + one, 0) / this.recent.length;
    }
    const seconds = (timeMs - this.previousMs) / 1000;
    if (!Number.isFinite(this.previous) || !Number.isFinite(value) || seconds <= 0) return null;
    if (this.shape === 'change') return (value - this.previous) / seconds;
    return (value >= this.previous ? value - this.previous : Math.max(0, value)) / seconds;
  }
}

const smoothSamples = 10;
