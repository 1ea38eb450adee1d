import type { MinuteSamples } from './intents/Intent.js';
import { minuteOf } from './intents/intentOf.js';

/** Counts the samples of a request as they are added, by minute and series: what CloudWatch will count more when it has carried it out. */
export class MinuteCounts {
  private readonly minutes = new Map<number, Map<string, number>>();
  private lastMinute = NaN;
  private lastCounts = new Map<string, number>();

  add(timestampMs: number, seriesKey: string, samples: number): void {
    const counts = this.countsOf(minuteOf(timestampMs));
    counts.set(seriesKey, (counts.get(seriesKey) ?? 0) + samples);
  }

  samples(): readonly MinuteSamples[] {
    return [...this.minutes].map(([minute, counts]) => ({ minute, counts: Object.fromEntries(counts) }));
  }

  private countsOf(minute: number): Map<string, number> {
    if (minute !== this.lastMinute) {
      this.lastMinute = minute;
      this.lastCounts = this.minutes.get(minute) ?? new Map<string, number>();
      this.minutes.set(minute, this.lastCounts);
    }
    return this.lastCounts;
  }
}
