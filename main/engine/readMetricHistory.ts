import type { MetricHistory } from '../contract/metricHistory.js';
import { seriesKey } from '../live/MetricWindow.js';
import { cloudWatchUnit } from '../model/cloudWatchUnit.js';
import type { MetricRecord } from '../model/Record.js';
import { gapMsOf, SampleColumns } from '../model/SampleColumns.js';
import type { CacheReader } from '../seams/Cache.js';
import { nanosecondsOf } from '../model/nanosecondsOf.js';

export interface HistoryWanted {
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly columnMs: number;
  readonly recordsMax: number;
}

/**
 * The metrics on disk between two times, thinned to columns while they are read: memory grows with the columns, not with the
 * records. Reads `recordsMax` records and those of the same moment; `reachedMs` then says up to where, and the caller asks on from there.
 */
export async function readMetricHistory(cache: CacheReader, wanted: HistoryWanted): Promise<MetricHistory> {
  const found = new Map<string, Found>();
  let records = 0;
  let lastMs = NaN;
  let reachedMs: number | null = null;
  const filter = {
    kind: 'metric',
    sinceNs: nanosecondsOf(wanted.sinceMs),
    untilNs: nanosecondsOf(wanted.untilMs),
  } as const;
  for await (const { record } of cache.read(filter, 'oldest')) {
    if (record.kind !== 'metric') continue;
    const stampMs = Number(record.stampNs / 1000n) / 1000;
    // The metrics of one list have one stamp: the next call must not begin among them.
    if (records >= wanted.recordsMax && stampMs > lastMs) {
      reachedMs = stampMs;
      break;
    }
    lastMs = stampMs;
    records += 1;
    const key = seriesKey(record);
    let series = found.get(key);
    if (series === undefined) {
      if (found.size >= historySeriesMax) continue;
      series = new Found(record, wanted.columnMs);
      found.set(key, series);
    }
    series.add(stampMs, record.value);
  }
  return {
    records,
    reachedMs,
    series: [...found].map(([key, series]) => ({
      key,
      ...series.description,
      dimensions: [...series.description.dimensions],
      columnMs: wanted.columnMs,
      gapMs: series.columns.gapMs,
      columns: series.columns.data.slice(),
    })),
  };
}

class Found {
  readonly columns: SampleColumns;
  readonly description: {
    readonly name: string;
    readonly unit: string;
    readonly dimensions: MetricRecord['dimensions'];
  };
  private readonly steps: number[] = [];
  private lastMs = NaN;

  constructor(record: MetricRecord, columnMs: number) {
    this.columns = new SampleColumns(columnMs, gapMsOf(null));
    this.description = { name: record.name, unit: cloudWatchUnit(record.unit), dimensions: record.dimensions };
  }

  add(stampMs: number, value: number): void {
    this.columns.add(stampMs, value);
    if (this.steps.length >= stepsMax) return;
    if (stampMs > this.lastMs) {
      this.steps.push(stampMs - this.lastMs);
      this.columns.gapMs = gapMsOf([...this.steps].sort((left, right) => left - right)[this.steps.length >> 1] ?? null);
    }
    this.lastMs = stampMs;
  }
}

/** As many series as a page shows. */
const historySeriesMax = 1000;
/** Samples from which the period of a series is taken. */
const stepsMax = 32;
