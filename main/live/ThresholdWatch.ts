import type { AlarmStatus, MetricSample, MetricSeriesUpdate } from '../contract/frames.js';

/** Beyond these a series raises an alarm, in the unit that it has; null is none. */
export interface Threshold {
  readonly above: number | null;
  readonly below: number | null;
}

type SeriesName = Omit<MetricSeriesUpdate, 'samples'>;

/**
 * Judges every sample of one robot by the thresholds that a person set: also one that is gone again by the time anybody looks, and
 * also of a robot that nobody looks at. An alarm that is over stays until the next one of its series, or until its threshold changes:
 * one who was away must see it. Bounded by the thresholds.
 */
export class ThresholdWatch {
  private thresholds: ReadonlyMap<string, Threshold> = new Map();
  private readonly alarms = new Map<string, AlarmStatus>();

  set(thresholds: ReadonlyMap<string, Threshold>): void {
    this.thresholds = thresholds;
    for (const { key, side, threshold } of [...this.alarms.values()]) {
      if (thresholds.get(key)?.[side] !== threshold) this.alarms.delete(key);
    }
  }

  watches(key: string): boolean {
    return this.thresholds.has(key);
  }

  take(series: SeriesName, { stampMs, value }: MetricSample): void {
    const wanted = this.thresholds.get(series.key);
    if (wanted === undefined) return;
    const { above, below } = wanted;
    const side = above !== null && value > above ? 'above' : below !== null && value < below ? 'below' : null;
    const before = this.alarms.get(series.key);
    if (side === null) {
      if (before !== undefined && !before.isOver) this.alarms.set(series.key, { ...before, isOver: true });
      return;
    }
    if (before !== undefined && !before.isOver && before.side === side) {
      const isWorse = side === 'above' ? value > before.worst : value < before.worst;
      if (isWorse) this.alarms.set(series.key, { ...before, worst: value });
      return;
    }
    const { key, name, unit, dimensions } = series;
    const threshold = (side === 'above' ? above : below) ?? 0;
    const begun = { side, threshold, sinceMs: stampMs, worst: value, isOver: false } as const;
    this.alarms.set(key, { key, name, unit, dimensions, ...begun });
  }

  /** The newest first. */
  list(): readonly AlarmStatus[] {
    return [...this.alarms.values()].sort((left, right) => right.sinceMs - left.sinceMs);
  }
}
