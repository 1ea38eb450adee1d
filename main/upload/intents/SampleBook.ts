import type { MinuteSamples } from './Intent.js';

/** Series in minutes that are remembered; the minutes that came first are forgotten first. */
const seriesMinutesMax = 20_000;

export interface MinuteRange {
  readonly from: number;
  /** Included. */
  readonly to: number;
}

/**
 * How many samples of each series and minute CloudWatch has from us: with it, its own count says whether one more request
 * came through. What was forgotten is known to be unknown.
 */
export class SampleBook {
  private readonly minutes = new Map<number, Map<string, number>>();
  private size = 0;
  private forgotten: MinuteRange | null = null;

  add(samples: readonly MinuteSamples[]): void {
    for (const { minute, counts } of samples) {
      const known = this.minutes.get(minute) ?? new Map<string, number>();
      this.minutes.set(minute, known);
      for (const [series, count] of Object.entries(counts)) {
        const before = known.get(series);
        if (before === undefined) this.size += 1;
        known.set(series, (before ?? 0) + count);
      }
    }
    for (const minute of this.minutes.keys()) {
      if (this.size <= seriesMinutesMax || this.minutes.size === 1) break;
      this.forget({ from: minute, to: minute });
    }
  }

  /** From now on nothing is known of these minutes. */
  forget({ from, to }: MinuteRange): void {
    for (const [minute, counts] of this.minutes) {
      if (minute < from || minute > to) continue;
      this.size -= counts.size;
      this.minutes.delete(minute);
    }
    this.forgotten =
      this.forgotten === null
        ? { from, to }
        : { from: Math.min(from, this.forgotten.from), to: Math.max(to, this.forgotten.to) };
  }

  /** Null when it is not known exactly. */
  count(minute: number, series: string): number | null {
    const known = this.minutes.get(minute)?.get(series);
    const { forgotten } = this;
    if (forgotten !== null && minute >= forgotten.from && minute <= forgotten.to) return null;
    return known ?? 0;
  }

  snapshot(): { readonly samples: readonly MinuteSamples[]; readonly forgotten: MinuteRange | null } {
    const samples = [...this.minutes].map(([minute, counts]) => ({ minute, counts: Object.fromEntries(counts) }));
    return { samples, forgotten: this.forgotten };
  }
}
