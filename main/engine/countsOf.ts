import { type CallOutput, countedLabelsMax } from '../contract/calls.js';
import type { RecordCounts } from '../seams/Cache.js';

const hourMs = 3_600_000;

/** Counts as they cross a border. */
export function countsOf({ records, byLabel, byHour }: RecordCounts): CallOutput<'cache.counts'> {
  return {
    records,
    byLabel: [...byLabel]
      .map(([label, count]) => ({ label, records: count }))
      .sort((a, b) => b.records - a.records || (a.label < b.label ? -1 : 1))
      .slice(0, countedLabelsMax),
    byHour: [...byHour]
      .map(([hour, count]) => ({ hourMs: hour * hourMs, records: count }))
      .sort((a, b) => a.hourMs - b.hourMs),
  };
}
