import type { RobotFrame } from '../../main/contract/frames.js';
import { allSeveritiesMask, type CompiledFilter, compileFilter } from '../filter/compileFilter.js';
import { ErrorMarks } from './ErrorMarks.js';
import { FilteredRows } from './FilteredRows.js';
import { FrameSignal } from './FrameSignal.js';
import { NoteIndex } from './NoteIndex.js';
import { OlderRows, type ReadOlder } from './OlderRows.js';
import { RowRing } from './RowRing.js';
import { Series, type SeriesDescription, seriesSamplesMax } from './Series.js';

/**
 * Everything the page has of the robot it looks at: rows, what the filter lets through, series. Lives outside React; the
 * signals say when to look again. Rows and series have a signal each, so that a chart is not redrawn for a log line.
 */
export class LiveRobot {
  /** What came is told of after `rowsEveryMs` at the latest: a list that is scrolled needs the time for that. */
  readonly rowsSignal = new FrameSignal(rowsEveryMs);
  readonly seriesSignal = new FrameSignal();
  /** As `rowsSignal`, but a few times a second at most: for figures, which nobody reads faster. A person's act tells at once. */
  readonly figuresSignal = new FrameSignal(figuresEveryMs);
  robot: string | null = null;
  /** A recording: only the robot's clock says when something was. */
  isReplay = false;
  ring = new RowRing();
  rows: FilteredRows;
  older: OlderRows;
  notes: NoteIndex;
  /** When errors were, for charts. */
  readonly errors = new ErrorMarks();
  readonly series = new Map<string, Series>();
  /** Rows that this page did not get because it was too slow; the gaps in the list say where they are. */
  rowsNotShown = 0;
  /** Samples that were not kept because their series found no place (`seriesMax`). */
  seriesLeftOut = 0;
  /** Samples that each series keeps: fewer where there are many series; the disk has all. */
  private samplesEach = seriesSamplesMax;
  /** The first frame has come: what is older than its rows is on disk. */
  private begun = false;
  private newestStampMs = 0;
  private newestTakenMs = 0;
  /** The series in order of name and dimensions; a new array when a series came. */
  orderedSeries: readonly Series[] = [];

  private filter: CompiledFilter = compileFilter([], allSeveritiesMask);
  private refillTimer: ReturnType<typeof setTimeout> | null = null;

  private collapsing = false;

  /** @param readOlder reads lines of the robot looked at from disk */
  constructor(private readonly readOlder: ReadOlder) {
    this.rows = new FilteredRows(this.ring, this.filter);
    this.older = this.newOlder();
    this.notes = new NoteIndex(this.ring);
  }

  /** Forgets everything, for another robot. */
  reset(robot: string | null): void {
    if (robot !== this.robot) this.isReplay = false;
    this.robot = robot;
    this.forgetRows();
    this.begun = false;
    this.rowsNotShown = 0;
    this.series.clear();
    this.errors.clear();
    this.orderedSeries = [];
    this.seriesLeftOut = 0;
    this.samplesEach = seriesSamplesMax;
    this.newestStampMs = 0;
    this.rowsSignal.touchNow();
    this.figuresSignal.touchNow();
    this.seriesSignal.touchNow();
  }

  take(frame: RobotFrame): void {
    if (frame.robot !== this.robot) return;
    if (frame.fresh) this.reset(frame.robot);
    // This page was too slow: what it has stays, and a gap among the rows says what is not here.
    this.rowsNotShown += frame.rowsLeftOut;
    this.begun = true;
    for (const row of frame.rows) {
      this.ring.append(row);
      this.errors.take(row);
    }
    for (const change of frame.states) this.ring.setStates(change.fromId, change.toId, change.state);
    this.rows.takeNewRows();
    this.notes.takeRows();
    this.touchRows();
    if (frame.series.length > 0) this.takeSeries(frame);
  }

  /** The robot's clock now, by its newest sample and the time since that came: a wrong clock does not make charts stale. */
  robotNowMs(): number {
    return this.newestStampMs === 0 ? Date.now() : this.newestStampMs + (Date.now() - this.newestTakenMs);
  }

  /** Older lines are wanted in front of what is here: the list has come near its beginning. */
  wantOlder(): void {
    if (this.begun) this.older.want();
  }

  /**
   * The engine's word on when the robot was last heard, laptop time: a page that was opened later took its samples in later than they
   * came. A little older than what is here is only a status that was under way.
   */
  heardAt(lastReceivedMs: number | null): void {
    if (lastReceivedMs === null || this.newestTakenMs - lastReceivedMs < heardAtSlackMs) return;
    this.newestTakenMs = lastReceivedMs;
    this.seriesSignal.touch();
  }

  /** As the engine tells with each status. */
  setReplay(isReplay: boolean): void {
    if (isReplay === this.isReplay) return;
    this.isReplay = isReplay;
    this.rows.setCountsByStamp(isReplay);
    this.continueRefill();
    this.rowsSignal.touchNow();
    this.figuresSignal.touchNow();
  }

  setFilter(filter: CompiledFilter, collapsing: boolean): void {
    this.filter = filter;
    this.collapsing = collapsing;
    this.rows.setFilter(filter, collapsing);
    this.continueRefill();
    this.rowsSignal.touchNow();
    this.figuresSignal.touchNow();
  }

  private forgetRows(): void {
    this.ring = new RowRing();
    this.rows = new FilteredRows(this.ring, this.filter, this.collapsing, this.isReplay);
    this.older = this.newOlder();
    this.notes = new NoteIndex(this.ring);
  }

  private touchRows(): void {
    this.rowsSignal.touch();
    this.figuresSignal.touch();
  }

  private newOlder(): OlderRows {
    const older: OlderRows = new OlderRows(this.ring, this.readOlder, () => {
      if (this.older !== older) return;
      this.notes.takeRows();
      this.continueRefill();
    });
    return older;
  }

  private continueRefill(): void {
    if (this.refillTimer !== null) clearTimeout(this.refillTimer);
    this.refillTimer = null;
    this.rows.refill(() => performance.now(), performance.now() + refillSliceMs);
    this.touchRows();
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
    const series = new Series(description, this.samplesEach);
    this.series.set(description.key, series);
    const share = Math.floor(samplesOfAllMax / this.series.size);
    if (share < this.samplesEach * shareStep) {
      this.samplesEach = share;
      for (const one of this.series.values()) one.keepAtMost(share);
    }
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
const refillSliceMs = 8;
/** Sixteen times a second: faster than anybody reads. A list that follows the newest line is told sooner where drawing is quick. */
const rowsEveryMs = 60;
const figuresEveryMs = 200;
export const seriesMax = 1000;
/** Samples of all series together: 60 MB. */
const samplesOfAllMax = 3_000_000;
/** The share of each is made smaller by a step at least, not with each series that comes. */
const shareStep = 0.8;
const heardAtSlackMs = 3000;
