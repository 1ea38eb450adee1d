import { gapKind } from './RowRing.js';

/**
 * How many rows of each kind arrived in each second of the last hours: what the histogram over the list is drawn from.
 * Bounded: seconds older than `secondsMax` before the newest are forgotten.
 */
export class SecondBins {
  private readonly counts = new Uint32Array(secondsMax * kinds);
  private newest = 0;

  get newestSecond(): number {
    return this.newest;
  }

  clear(): void {
    this.counts.fill(0);
    this.newest = 0;
  }

  add(second: number, kind: number): void {
    if (second > this.newest) this.advance(second);
    if (second <= this.newest - secondsMax) return;
    const slot = (second % secondsMax) * kinds + kind;

    this.counts[slot] = (this.counts[slot] ?? 0) + 1;
  }

  /** Sums of seconds `from` (included) to `until` (excluded), added into `sums` by kind. */
  sum(from: number, until: number, sums: Uint32Array): void {
    sums.fill(0);
    const start = Math.max(from, this.newest - secondsMax + 1, 0);
    const end = Math.min(until, this.newest + 1);
    for (let second = start; second < end; second += 1) {
      const base = (second % secondsMax) * kinds;
      for (let kind = 0; kind < kinds; kind += 1) sums[kind] = (sums[kind] ?? 0) + (this.counts[base + kind] ?? 0);
    }
  }

  private advance(second: number): void {
    const from = Math.max(this.newest + 1, second - secondsMax + 1);
    for (let passed = from; passed <= second; passed += 1) {
      const base = (passed % secondsMax) * kinds;
      this.counts.fill(0, base, base + kinds);
    }
    this.newest = second;
  }
}

const kinds = gapKind + 1;
/** Four hours. */
export const secondsMax = 14_400;
