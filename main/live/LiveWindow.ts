import type { GapRow, LogRow, Row, RowState, StateChange } from '../contract/frames.js';
import type { LossStage } from '../model/Loss.js';
import type { LogRecord } from '../model/Record.js';
import type { AddressRange, RecordAddress } from '../seams/Cache.js';

/**
 * The newest rows of one robot, bounded, with where each stands on its way to CloudWatch.
 *
 * Row ids ascend by one in order of arrival. A row that leaves the window is still on disk; the window only forgets it.
 * States arrive by disk address, so the window keeps the way from an address back to a row.
 */
export class LiveWindow {
  private readonly rows: (MutableRow | undefined)[] = [];
  private readonly idsBySegment = new Map<number, SegmentRows>();
  private changes: StateChange[] = [];
  private readonly listeners = new Set<() => void>();
  private first = 0;
  private next = 0;

  constructor(private readonly rowsMax: number = liveRowsMax) {}

  /** Id of the oldest row that is kept. */
  get firstId(): number {
    return this.first;
  }

  /** Id that the next row will get. */
  get nextId(): number {
    return this.next;
  }

  addLog(record: LogRecord, state: RowState, replayed = false): number {
    return this.add({
      type: 'log',
      id: this.next,
      stampMs: millisecondsOf(record.stampNs),
      receivedMs: millisecondsOf(record.receivedNs),
      severity: record.severity,
      node: record.node,
      message: record.message,
      file: record.file,
      function: record.function,
      line: record.line,
      topic: record.topic,
      state,
      ...(replayed ? { replayed } : {}),
    });
  }

  addGap(receivedNs: bigint, count: number, reason: string, stage: LossStage): number {
    return this.add({ type: 'gap', id: this.next, receivedMs: millisecondsOf(receivedNs), stage, count, reason });
  }

  /** Who wrote the newest rows, in the order of the alphabet. */
  nodes(rowsMax: number): string[] {
    const names = new Set<string>();
    for (let id = Math.max(this.first, this.next - rowsMax); id < this.next; id++) {
      const row = this.rowAt(id);
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
    let segment = this.idsBySegment.get(address.segment);
    if (segment === undefined) {
      segment = { ids: [], newestId: id };
      this.idsBySegment.set(address.segment, segment);
    }
    segment.ids[address.ordinal] = id;
    segment.newestId = Math.max(segment.newestId, id);
    // A change may have overtaken the placing: only a row that is still in memory becomes cached.
    if (this.rowAt(id)?.state === 'received') this.setState(id, 'cached');
  }

  /** The records at these addresses changed state; addresses whose rows have left the window are ignored. */
  change(ranges: readonly AddressRange[], state: RowState): void {
    for (const range of ranges) {
      const segment = this.idsBySegment.get(range.segment);
      if (segment === undefined) continue;
      const last = Math.min(range.to, segment.ids.length - 1);
      for (let ordinal = range.from; ordinal <= last; ordinal++) {
        const id = segment.ids[ordinal];
        if (id !== undefined) this.setState(id, state);
      }
    }
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
    this.next = row.id + 1;
    if (this.next - this.first > this.rowsMax) {
      this.first = this.next - this.rowsMax;
      if (this.first % forgetEveryRows === 0) this.forgetSegments();
    }
    this.tell();
    return row.id;
  }

  private setState(id: number, state: RowState): void {
    const row = this.rowAt(id);
    if (row?.state === undefined || row.state === state) return;
    row.state = state;
    // Nobody watches: the next page gets the states with its rows.
    if (this.listeners.size === 0) return;
    const last = this.changes.at(-1);
    if (last?.state === state && last.toId === id - 1) {
      this.changes[this.changes.length - 1] = { fromId: last.fromId, toId: id, state };
    } else {
      this.changes.push({ fromId: id, toId: id, state });
      if (this.changes.length > changesMax) this.changes = this.allStates();
    }
    this.tell();
  }

  private rowAt(id: number): MutableLogRow | undefined {
    if (id < this.first || id >= this.next) return undefined;
    const row = this.rows[id % this.rowsMax];
    return row?.type === 'log' ? row : undefined;
  }

  /** Every kept row's state, as runs: what replaces a list of changes that nobody took for a long time. */
  private allStates(): StateChange[] {
    const runs: StateChange[] = [];
    for (let id = this.first; id < this.next; id++) {
      const state = this.rowAt(id)?.state;
      if (state === undefined) continue;
      const last = runs.at(-1);
      if (last?.state === state && last.toId === id - 1)
        runs[runs.length - 1] = { fromId: last.fromId, toId: id, state };
      else runs.push({ fromId: id, toId: id, state });
    }
    return runs;
  }

  private forgetSegments(): void {
    for (const [segment, rows] of this.idsBySegment) {
      if (rows.newestId < this.first) this.idsBySegment.delete(segment);
    }
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/** Rows kept in memory for the page; at about 400 bytes a row this is 20 MB. */
export const liveRowsMax = 50_000;

const forgetEveryRows = 1_000;

/** Runs of state changes kept while the page is slow; beyond it they are summed up, which gives at most one a row. */
const changesMax = 2 * liveRowsMax;

interface SegmentRows {
  /** Row id by ordinal; holes are records that are not rows (metrics, skipped). */
  readonly ids: number[];
  newestId: number;
}

type MutableLogRow = { -readonly [K in keyof LogRow]: LogRow[K] };
type MutableRow = MutableLogRow | (GapRow & { readonly state?: undefined });

function millisecondsOf(ns: bigint): number {
  return Number(ns / 1000n) / 1000;
}
