import type { GapRow, LogRow, Row, RowState, StateChange } from '../contract/frames.js';
import type { LossStage } from '../model/Loss.js';
import type { LogRecord } from '../model/Record.js';
import type { AddressRange, RecordAddress } from '../seams/Cache.js';
import { appendRun, RowTracker, type StateRun } from './RowTracker.js';

/**
 * The newest rows of one robot, bounded, with where each stands on its way to CloudWatch.
 *
 * Row ids ascend by one in order of arrival. A row that leaves the window is still on disk; the window only forgets its
 * texts. States arrive by disk address and are told for all rows that are tracked, whether the window still has them or not.
 */
export class LiveWindow {
  private readonly rows: (MutableRow | undefined)[] = [];
  private changes: StateRun[] = [];
  private readonly listeners = new Set<() => void>();
  private first = 0;
  private next = 0;

  constructor(
    private readonly rowsMax: number = liveRowsMax,
    readonly tracker: RowTracker = new RowTracker(),
  ) {}

  /** Id of the oldest row that is kept. */
  get firstId(): number {
    return this.first;
  }

  /** Id that the next row will get. */
  get nextId(): number {
    return this.next;
  }

  addLog(record: LogRecord, state: RowState, replayed = false): number {
    // Not by spreading the fields into a new object, which takes many times as long: this is done for every line that comes.
    const row = rowFieldsOf(record) as MutableLogRow;
    row.type = 'log';
    row.id = this.next;
    row.state = state;
    if (replayed) row.replayed = true;
    return this.add(row);
  }

  addGap(receivedNs: bigint, count: number, reason: string, stage: LossStage): number {
    return this.add({ type: 'gap', id: this.next, receivedMs: millisecondsOf(receivedNs), stage, count, reason });
  }

  /** Who wrote the newest rows, in the order of the alphabet. */
  nodes(rowsMax: number): string[] {
    const names = new Set<string>();
    for (let id = Math.max(this.first, this.next - rowsMax); id < this.next; id++) {
      const row = this.rows[id % this.rowsMax];
      if (row?.type === 'log') names.add(row.node);
    }
    return [...names].sort();
  }

  /** The row was written to disk at `address`, or could not be (null). */
  place(id: number, address: RecordAddress | null): void {
    if (address === null) {
      this.setState(id, 'gone');
      return;
    }
    this.tracker.place(id, address);
    // A change may have overtaken the placing: only a row that is still in memory becomes cached.
    if (this.tracker.stateOf(id) === 'received') this.setState(id, 'cached');
  }

  /** The records at these addresses changed state; addresses of no tracked row are ignored. */
  change(ranges: readonly AddressRange[], state: RowState): void {
    for (const range of ranges) for (const id of this.tracker.idsIn(range)) this.setState(id, state);
  }

  /** Copies of up to `countMax` rows from `fromId` on. */
  rowsFrom(fromId: number, countMax: number): Row[] {
    const rows: Row[] = [];
    const end = Math.min(this.next, Math.max(fromId, this.first) + countMax);
    for (let id = Math.max(fromId, this.first); id < end; id++) {
      const row = this.rows[id % this.rowsMax];
      if (row !== undefined) rows.push({ ...row });
    }
    return rows;
  }

  /** When the oldest row from `fromId` on arrived, laptop time; null when there is none. */
  receivedMsFrom(fromId: number): number | null {
    return this.rowsFrom(fromId, 1)[0]?.receivedMs ?? null;
  }

  /** State changes since the last call, as runs. One page feed takes them. */
  takeChanges(): StateChange[] {
    const taken = this.changes;
    this.changes = [];
    return taken;
  }

  onNews(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private add(row: MutableRow): number {
    this.rows[row.id % this.rowsMax] = row;
    this.tracker.add(row.id, row.state ?? null);
    this.next = row.id + 1;
    this.first = Math.max(this.first, this.next - this.rowsMax);
    this.tell();
    return row.id;
  }

  private setState(id: number, state: RowState): void {
    if (!this.tracker.setState(id, state)) return;
    const row = id < this.first || id >= this.next ? undefined : this.rows[id % this.rowsMax];
    if (row?.state !== undefined) row.state = state;
    // Nobody watches: the next page gets the states with its rows.
    if (this.listeners.size === 0) return;
    appendRun(this.changes, id, state);
    // A list that nobody took for a long time is replaced by what it comes to.
    if (this.changes.length > changesMax) this.changes = this.tracker.runs();
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/** What a row shows of a record. */
export function rowFieldsOf(record: LogRecord): Omit<LogRow, 'type' | 'id' | 'state' | 'replayed'> {
  return {
    stampMs: millisecondsOf(record.stampNs),
    receivedMs: millisecondsOf(record.receivedNs),
    severity: record.severity,
    node: record.node,
    message: record.message,
    file: record.file,
    function: record.function,
    line: record.line,
    topic: record.topic,
  };
}

/** Rows kept in memory for the page; at about 400 bytes a row this is 20 MB. */
export const liveRowsMax = 50_000;

/** Runs of state changes kept while the page is slow; beyond it they are summed up, which gives at most one a row. */
const changesMax = 2 * liveRowsMax;

type MutableLogRow = { -readonly [K in keyof LogRow]: LogRow[K] };
type MutableRow = MutableLogRow | (GapRow & { readonly state?: undefined });

function millisecondsOf(ns: bigint): number {
  return Number(ns / 1000n) / 1000;
}
