import type { CallInput, CallOutput } from '../../main/contract/calls.js';
import { historyRecordsMax } from '../../main/contract/calls.js';
import type { Problem, Result } from '../../main/model/Problem.js';
import { SampleColumns } from '../../main/model/SampleColumns.js';
import { FrameSignal } from './FrameSignal.js';
import type { SeriesDescription } from './Series.js';

export interface HistoryAsked {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly columnMs: number;
}

type ReadHistory = (
  input: Omit<CallInput<'metrics.history'>, 'robot'>,
) => Promise<Result<CallOutput<'metrics.history'>>>;

/**
 * What was read back from disk for the charts: one stretch of time at one width of columns. A new stretch takes the place of the
 * one before; while it is read the old one stays. Bounded by the number of columns, however many records are on disk.
 */
export class MetricHistory {
  readonly signal = new FrameSignal();
  private held: HistoryAsked | null = null;
  private columns = new Map<string, SampleColumns>();
  private reading: HistoryAsked | null = null;
  private wanted: HistoryAsked | null = null;
  private generation = 0;
  problem: Problem | null = null;
  recordsRead = 0;
  oldestMs: number | null = null;
  newestMs: number | null = null;

  constructor(
    private readonly read: ReadHistory,
    private readonly learn: (descriptions: readonly SeriesDescription[]) => void,
  ) {}

  get isReading(): boolean {
    return this.reading !== null;
  }

  columnsOf(key: string): SampleColumns | null {
    return this.columns.get(key) ?? null;
  }

  /** Sees to it that this stretch is here, at this width or a narrower one; does nothing when it is, or is on its way. */
  need(asked: HistoryAsked): void {
    if (covers(this.held, asked) || covers(this.reading, asked)) return;
    this.wanted = asked;
    if (this.reading === null) void this.readOn();
  }

  /** What is on the way is not for us any more. */
  forget(): void {
    this.generation += 1;
    this.reading = null;
    this.wanted = null;
  }

  private async readOn(): Promise<void> {
    const { generation } = this;
    while (this.wanted !== null && generation === this.generation) {
      this.reading = this.wanted;
      this.wanted = null;
      this.signal.touchNow();
      const columns = await this.readWhole(this.reading, generation);
      if (generation !== this.generation) return;
      if (columns !== null) {
        this.held = this.reading;
        this.columns = columns;
      }
      this.reading = null;
      this.signal.touchNow();
      if (columns === null) return;
    }
  }

  /** Null when it failed or was not wanted any more. */
  private async readWhole(asked: HistoryAsked, generation: number): Promise<Map<string, SampleColumns> | null> {
    const columns = new Map<string, SampleColumns>();
    let sinceMs: number | null = asked.fromMs;
    this.recordsRead = 0;
    while (sinceMs !== null) {
      const answer = await this.read({
        sinceMs,
        untilMs: asked.untilMs,
        columnMs: asked.columnMs,
        recordsMax: historyRecordsMax,
      });
      if (generation !== this.generation) return null;
      this.problem = answer.ok ? null : answer.problem;
      if (!answer.ok) return null;
      const { series, records, reachedMs } = answer.value;
      this.recordsRead += records;
      this.learn(series);
      for (const one of series) this.put(columns, one, asked.columnMs);
      // A whole answer of one moment would go on for ever: it cannot be cut finer.
      sinceMs = reachedMs !== null && reachedMs > sinceMs ? reachedMs : null;
      this.signal.touchNow();
    }
    return columns;
  }

  private put(
    columns: Map<string, SampleColumns>,
    one: CallOutput<'metrics.history'>['series'][number],
    columnMs: number,
  ): void {
    const part = SampleColumns.of(one.columns, columnMs, one.gapMs);
    if (part.length === 0) return;
    this.oldestMs = Math.min(this.oldestMs ?? Infinity, part.firstMsAt(0));
    this.newestMs = Math.max(this.newestMs ?? -Infinity, part.lastMsAt(part.length - 1));
    const before = columns.get(one.key);
    if (before === undefined) columns.set(one.key, part);
    else for (let index = 0; index < part.length; index += 1) before.addColumn(part, index);
  }
}

function covers(held: HistoryAsked | null, asked: HistoryAsked): boolean {
  return (
    held !== null &&
    held.fromMs <= asked.fromMs &&
    held.untilMs >= asked.untilMs &&
    held.columnMs <= asked.columnMs * coarserMax
  );
}

/** Columns a little wider than asked for do not show. */
const coarserMax = 2;
