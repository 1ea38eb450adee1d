import type { SeriesShape } from '../../main/contract/bridge.js';
import { formatDuration } from '../format/formatDuration.js';
import { formatMoment, type Zone } from '../format/formatTime.js';
import type { SampleColumns } from '../../main/model/SampleColumns.js';
import { gapMsOf } from '../../main/model/SampleColumns.js';
import type { RangeStatistics } from '../stores/chartPoints.js';
import type { LiveRobot } from '../stores/LiveRobot.js';
import type { Series } from '../stores/Series.js';
import { formatShaped, shapedText, staleMsMin } from './seriesWords.js';

/** What a card says of its series, as texts: set straight into the page, as often as charts are drawn. */
export interface CardWords {
  readonly value: string;
  readonly unit: string;
  /** The time pointed at, or how old a silent series is. */
  readonly note: string;
  readonly stale: boolean;
  readonly breached: boolean;
}

export interface Threshold {
  readonly above: number | null;
  readonly below: number | null;
}

/** The value at the moment pointed at, else the newest of all. */
export function cardWords(
  series: Series,
  live: LiveRobot,
  columns: SampleColumns | null,
  shape: SeriesShape,
  pointedMs: number | null,
  threshold: Threshold,
  zone: Zone = 'local',
): CardWords {
  const { silentMs, stale } = ageOf(series, live);
  const value = pointedMs === null ? newestValue(series, columns, shape) : valueAt(series, columns, shape, pointedMs);
  const text = value === null ? { value: '–', unit: '' } : formatShaped(value, series.unit, shape);
  const note =
    pointedMs !== null
      ? formatMoment(pointedMs, zone)
      : silentMs === null
        ? 'on disk only'
        : stale
          ? `stale · ${formatDuration(silentMs / 1000)} old`
          : '';
  return { ...text, note, stale: stale && pointedMs === null, breached: value !== null && isBeyond(value, threshold) };
}

export function isBeyond(value: number, { above, below }: Threshold): boolean {
  return (above !== null && value > above) || (below !== null && value < below);
}

/** How long the series has been silent, by the robot's clock; null when no sample has come since the start. */
export function ageOf(series: Series, live: LiveRobot): { readonly silentMs: number | null; readonly stale: boolean } {
  if (series.last === null) return { silentMs: null, stale: true };
  const silentMs = Math.max(0, live.robotNowMs() - series.last.stampMs);
  const gapMs = series.periodMs === null ? staleMsMin : gapMsOf(series.periodMs);
  return { silentMs, stale: silentMs > Math.max(staleMsMin, gapMs) };
}

/** Of a column only the least and the greatest value are known for sure; its mean stands for a newest one between them. */
function newestValue(series: Series, columns: SampleColumns | null, shape: SeriesShape): number | null {
  if (shape === 'value' && series.last !== null) return series.last.value;
  if (columns === null || columns.length === 0) return null;
  const newest = columns.length - 1;
  if (columns.lowMsAt(newest) === columns.lastMsAt(newest)) return columns.lowAt(newest);
  if (columns.highMsAt(newest) === columns.lastMsAt(newest)) return columns.highAt(newest);
  return columns.meanAt(newest);
}

/** The sample in force at that moment; none in a silence, and none before the first. */
function valueAt(series: Series, columns: SampleColumns | null, shape: SeriesShape, timeMs: number): number | null {
  const first = series.firstMs;
  if (shape === 'value' && first !== null && timeMs >= first) {
    const at = series.sampleAt(timeMs);
    return at === null || timeMs - at.stampMs > gapMsOf(series.periodMs) ? null : at.value;
  }
  if (columns === null) return null;
  const next = columns.indexAt(timeMs);
  const index = next < columns.length && columns.firstMsAt(next) <= timeMs ? next : next - 1;
  if (index < 0 || timeMs - columns.lastMsAt(index) > Math.max(columns.gapMs, columns.columnMs)) return null;
  return columns.meanAt(index);
}

export function statisticsWords(
  statistics: RangeStatistics | null,
  unit: string,
  shape: SeriesShape,
): readonly (readonly [name: string, value: string])[] {
  if (statistics === null) return [];
  return [
    ['min', shapedText(statistics.least, unit, shape)],
    ['mean', shapedText(statistics.mean, unit, shape)],
    ['max', shapedText(statistics.greatest, unit, shape)],
  ];
}
