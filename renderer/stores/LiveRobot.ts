import type { RobotFrame } from '../../main/contract/frames.js';
import { allSeveritiesMask, type CompiledFilter, compileFilter } from '../filter/compileFilter.js';
import { ErrorMarks } from './ErrorMarks.js';
import { FilteredRows } from './FilteredRows.js';
import { FrameSignal } from './FrameSignal.js';
import { RowRing } from './RowRing.js';
import { Series, type SeriesDescription } from './Series.js';

/**
 * Everything the page has of the robot it looks at: rows, what the filter lets through, series. Lives outside React; the
 * signals say when to look again. Rows and series have a signal each, so that a chart is not redrawn for a log line.
 */
export class LiveRobot {
  readonly rowsSignal = new FrameSignal();
  readonly seriesSignal = new FrameSignal();
  /** Rises when all rows were forgotten: positions of before mean nothing now. */
  generation = 0;
  robot: string | null = null;
  ring = new RowRing();
  rows: FilteredRows;
  /** When errors were, for charts. */
  readonly errors = new ErrorMarks();
  readonly series = new Map<string, Series>();
  /** Series that were not kept because there are `seriesMax` already. */
  seriesLeftOut = 0;
  /** Rows that the engine left out of frames because this page was too slow. */
  rowsLeftOut = 0;
  private newestStampMs = 0;
  private newestTakenMs = 0;
  /** The series in order of name and dimensions; a new array when a series came. */
  orderedSeries: readonly Series[] = [];

  private filter: CompiledFilter = compileFilter([], allSeveritiesMask);
  private refillTimer: ReturnType<typeof setTimeout> | null = null;

  constructor() {
    this.rows = new FilteredRows(this.ring, this.filter);
  }

  /** Forgets everything, for another robot. */
  reset(robot: string | null): void {
    this.robot = robot;
    this.generation += 1;
    this.ring = new RowRing();
    this.rows = new FilteredRows(this.ring, this.filter);
    this.series.clear();
    this.errors.clear();
    this.orderedSeries = [];
    this.rowsLeftOut = 0;
    this.seriesLeftOut = 0;
    this.newestStampMs = 0;
    this.rowsSignal.touchNow();
    this.seriesSignal.touchNow();
  }

  take(frame: RobotFrame): void {
    if (frame.robot !== this.robot) return;
    if (frame.fresh) this.reset(frame.robot);
    for (const row of frame.rows) {
      this.ring.append(row);
      this.errors.take(row);
    }
    this.ring.dropBeforeId(frame.firstKeptId);
    for (const change of frame.states) this.ring.setStates(change.fromId, change.toId, change.state);
    this.rowsLeftOut += frame.rowsLeftOut;
    this.rows.takeNewRows();
    this.rowsSignal.touch();
    if (frame.series.length > 0) this.takeSeries(frame);
  }

  /** The robot's clock now, by its newest sample and the time since that came: a wrong clock does not make charts stale. */
  robotNowMs(): number {
    return this.newestStampMs === 0 ? Date.now() : this.newestStampMs + (Date.now() - this.newestTakenMs);
  }

  setFilter(filter: CompiledFilter): void {
    this.filter = filter;
    this.rows.setFilter(filter);
    this.continueRefill();
    this.rowsSignal.touchNow();
  }

  private continueRefill(): void {
    if (this.refillTimer !== null) clearTimeout(this.refillTimer);
    this.refillTimer = null;
    this.rows.refill(() => performance.now(), performance.now() + refillSliceMs);
    this.rowsSignal.touch();
    if (!this.rows.refilling) return;
    this.refillTimer = setTimeout(() => {
      this.continueRefill();
    }, 0);
  }

  /** Series that are on disk, whether or not the robot still sends them. */
  learnSeries(descriptions: readonly SeriesDescription[]): void {
    const before = this.series.size;
    for (const description of descriptions) this.seriesOf(description);
    if (this.series.size === before) return;
    this.orderSeries();
    this.seriesSignal.touch();
  }

  private seriesOf(description: SeriesDescription): Series | null {
    const known = this.series.get(description.key);
    if (known !== undefined) return known;
    if (this.series.size >= seriesMax) {
      this.seriesLeftOut += 1;
      return null;
    }
    const series = new Series(description);
    this.series.set(description.key, series);
    return series;
  }

  private orderSeries(): void {
    this.orderedSeries = [...this.series.values()].sort(
      (left, right) => left.name.localeCompare(right.name, 'en') || left.key.localeCompare(right.key, 'en'),
    );
  }

  private takeSeries(frame: RobotFrame): void {
    const before = this.series.size;
    for (const update of frame.series) {
      const series = this.seriesOf(update);
      if (series === null) continue;
      for (const sample of update.samples) series.append(sample);
      const last = series.last;
      if (last !== null && last.stampMs > this.newestStampMs) {
        this.newestStampMs = last.stampMs;
        this.newestTakenMs = Date.now();
      }
    }
    if (this.series.size > before) this.orderSeries();
    this.seriesSignal.touch();
  }
}

/** Longest time that a refill keeps the page from painting. */
const refillSliceMs = 12;
export const seriesMax = 1000;
