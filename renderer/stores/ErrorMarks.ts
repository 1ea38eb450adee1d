import type { Row } from '../../main/contract/frames.js';
import { severityRank } from '../../main/model/Severity.js';

/** When the robot wrote lines of ERROR and worse, in robot time, ascending; bounded, the oldest go first. */
export class ErrorMarks {
  private times: number[] = [];
  /** From here on the errors on disk are here too; Infinity before anything was read. */
  knownFromMs = Infinity;
  /** Rises when all are forgotten: what was asked for before that is about another robot. */
  era = 0;

  get full(): boolean {
    return this.times.length >= marksMax;
  }

  take(row: Row): void {
    if (row.type !== 'log' || severityRank(row.severity) < errorRank) return;
    let index = this.times.length;
    while (index > 0 && (this.times[index - 1] ?? 0) > row.stampMs) index -= 1;
    if (index === this.times.length) this.times.push(row.stampMs);
    else this.times.splice(index, 0, row.stampMs);
    if (this.times.length > marksMax * 1.25) this.times = this.times.slice(-marksMax);
  }

  /** What was read from disk, ascending, back to `fromMs`. A moment that is here already is not put in twice. */
  takeOlder(timesMs: readonly number[], fromMs: number): void {
    const all = [...new Set([...timesMs, ...this.times])].sort((left, right) => left - right);
    this.times = all.slice(-marksMax);
    this.knownFromMs = Math.min(this.knownFromMs, fromMs);
  }

  clear(): void {
    this.times = [];
    this.knownFromMs = Infinity;
    this.era += 1;
  }

  between(fromMs: number, untilMs: number): readonly number[] {
    return this.times.slice(this.indexAt(fromMs), this.indexAt(untilMs));
  }

  /** The next error after a moment, or the last one before it; null when there is none. */
  nearest(timeMs: number, direction: 1 | -1): number | null {
    const index = direction === 1 ? this.indexAt(timeMs + 0.001) : this.indexAt(timeMs) - 1;
    return this.times[index] ?? null;
  }

  private indexAt(timeMs: number): number {
    let low = 0;
    let high = this.times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.times[middle] ?? 0) < timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const errorRank = severityRank('ERROR');
const marksMax = 20_000;
