import type { MetricHistory } from '../stores/MetricHistory.js';
import type { Series } from '../stores/Series.js';
import { seriesColumns } from '../stores/seriesColumns.js';
import type { TimeView } from './timeView.js';

/**
 * The time shown of these series as CSV (RFC 4180), one line a sample, as it came (no rate, no smoothing). Where neither memory
 * nor disk has older samples any more, a line stands for several: `samples` says of how many, with their least and greatest value.
 */
export function seriesAsCsv(
  all: readonly Series[],
  { fromMs, untilMs }: TimeView,
  history: MetricHistory,
): { readonly text: string; readonly samples: number } {
  const lines = ['time,metric,unit,dimensions,value,least,greatest,samples'];
  for (const series of all) {
    const columns = seriesColumns(series, { fromMs, untilMs, columnMs: 0, history: history.columnsOf(series.key) });
    const dimensions = series.dimensions.map(({ name, value }) => `${name}=${value}`).join(';');
    const start = [series.name, series.unit, dimensions].map(csvField).join(',');
    for (let index = 0; index < columns.length; index += 1) {
      const timeMs = columns.firstMsAt(index);
      if (timeMs < fromMs || timeMs > untilMs) continue;
      const numbers = [columns.meanAt(index), columns.lowAt(index), columns.highAt(index), columns.countAt(index)];
      lines.push(`${isoTime(timeMs)},${start},${numbers.join(',')}`);
    }
  }
  return { text: `${lines.join('\r\n')}\r\n`, samples: lines.length - 1 };
}

function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** A field that a spreadsheet would run as a formula gets an apostrophe before it. */
export function csvField(text: string): string {
  const safe = /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** `2026-11-21T10-41-19`, for names of files. */
export function fileStamp(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 19).replaceAll(':', '-');
}
