import type { MetricSample, MetricSeriesUpdate } from '../contract/frames.js';
import { cloudWatchUnit } from '../model/cloudWatchUnit.js';
import type { MetricRecord } from '../model/Record.js';
import { ThresholdWatch } from './ThresholdWatch.js';

/**
 * The newest samples of each metric of one robot. A series is a name with its dimensions and unit. Bounded in series and
 * in samples; series beyond the limit are on disk but not on the page, and are counted.
 */
export class MetricWindow {
  private readonly series = new Map<string, Series>();
  private readonly listeners = new Set<() => void>();
  readonly thresholds = new ThresholdWatch();
  /** Samples of series that found no place. */
  samplesLeftOut = 0;

  constructor(
    private readonly seriesMax: number = liveSeriesMax,
    private readonly samplesMax: number = liveSamplesMax,
  ) {}

  add(record: MetricRecord): void {
    const key = seriesKey(record);
    const sample = { stampMs: Number(record.stampNs / 1000n) / 1000, value: record.value };
    if (this.thresholds.watches(key)) this.thresholds.take(describe(key, record), sample);
    let series = this.series.get(key);
    if (series === undefined) {
      if (this.series.size >= this.seriesMax) {
        this.samplesLeftOut++;
        return;
      }
      series = { ...describe(key, record), samples: [], taken: 0 };
      this.series.set(key, series);
    }
    series.samples.push(sample);
    if (series.samples.length > this.samplesMax * 2) {
      const cut = series.samples.length - this.samplesMax;
      series.samples.splice(0, cut);
      series.taken = Math.max(0, series.taken - cut);
    }
    for (const listener of this.listeners) listener();
  }

  /** What came since the last call, or all that is kept when `fresh`. One page feed takes it. */
  take(fresh: boolean): MetricSeriesUpdate[] {
    const updates: MetricSeriesUpdate[] = [];
    for (const series of this.series.values()) {
      const from = fresh ? Math.max(0, series.samples.length - this.samplesMax) : series.taken;
      if (from < series.samples.length) {
        const { key, name, unit, dimensions } = series;
        updates.push({ key, name, unit, dimensions, samples: series.samples.slice(from) });
      }
      series.taken = series.samples.length;
    }
    return updates;
  }

  onNews(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** Charts that a page can hold; issue of cost and of sense, not of memory alone. */
export const liveSeriesMax = 500;

/** One hour at one sample a second. */
export const liveSamplesMax = 3_600;

interface Series {
  readonly key: string;
  readonly name: string;
  readonly unit: string;
  readonly dimensions: MetricRecord['dimensions'];
  readonly samples: MetricSample[];
  /** How many of `samples` the page has. */
  taken: number;
}

function describe(key: string, { name, unit, dimensions }: MetricRecord): Omit<Series, 'samples' | 'taken'> {
  return { key, name, unit: cloudWatchUnit(unit), dimensions };
}

/** Identifies a series: its name, the unit as the message has it, and its dimensions in the order of their names. */
export function seriesKey(record: MetricRecord): string {
  const dimensions = record.dimensions.map(({ name, value }) => `${name}=${value}`).sort();
  return [record.name, record.unit, ...dimensions].join('\u0000');
}
