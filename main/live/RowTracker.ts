import { rowStates, type RowState, type StateChange } from '../contract/frames.js';
import type { AddressRange, RecordAddress } from '../seams/Cache.js';

/**
 * Where rows are on disk and on their way to CloudWatch, for many more rows than the live window keeps: a page goes on showing a
 * row that has left the window, and its gutter must stay true. A state costs a byte, a place on disk a few.
 *
 * Ids of rows that arrived while this engine ran ascend from 0. Rows that a page read back from the disk of an earlier run
 * get ids below 0, descending as they are read from the newest to the oldest, so that ids are in the order of arrival.
 */
export class RowTracker {
  /** By `id % rowsMax`; `untracked` for gaps. */
  private readonly states: Uint8Array;
  private readonly placed = new Map<number, SegmentRows>();
  private next = 0;

  /** States of rows with the ids -1, -2, ...; `olderAddresses` has their places. */
  private readonly olderStates: number[] = [];
  private readonly olderAddresses: RecordAddress[] = [];
  private readonly olderIds = new Map<number, OlderRows>();
  private oldestPlaced: RecordAddress | null = null;

  constructor(
    private readonly rowsMax: number = trackedRowsMax,
    private readonly olderRowsMax: number = rowsMax,
  ) {
    this.states = new Uint8Array(rowsMax).fill(untracked);
  }

  /** Id of the oldest row that arrived in this run and is still tracked. */
  get firstId(): number {
    return Math.max(0, this.next - this.rowsMax);
  }

  /** The next row came; null for a gap, which has no state. Ids are given in order. */
  add(id: number, state: RowState | null): void {
    this.states[id % this.rowsMax] = state === null ? untracked : rowStates.indexOf(state);
    this.next = id + 1;
    if (this.next % forgetEveryRows === 0) this.forgetSegments();
  }

  stateOf(id: number): RowState | null {
    if (id < 0) return rowStates[this.olderStates[-id - 1] ?? untracked] ?? null;
    if (id < this.firstId || id >= this.next) return null;
    return rowStates[this.states[id % this.rowsMax] ?? untracked] ?? null;
  }

  /** False when the row is not tracked, or had that state already. */
  setState(id: number, state: RowState): boolean {
    const before = this.stateOf(id);
    if (before === null || before === state) return false;
    if (id < 0) this.olderStates[-id - 1] = rowStates.indexOf(state);
    else this.states[id % this.rowsMax] = rowStates.indexOf(state);
    return true;
  }

  place(id: number, { segment, ordinal }: RecordAddress): void {
    let rows = this.placed.get(segment);
    if (rows === undefined) {
      rows = { ids: [], newestId: id };
      this.placed.set(segment, rows);
    }
    rows.ids[ordinal] = id;
    if (this.oldestPlaced === null || isBefore({ segment, ordinal }, this.oldestPlaced)) {
      this.oldestPlaced = { segment, ordinal };
    }
    rows.newestId = Math.max(rows.newestId, id);
  }

  idAt({ segment, ordinal }: RecordAddress): number | null {
    return this.placed.get(segment)?.ids[ordinal] ?? this.olderIds.get(segment)?.ids.get(ordinal) ?? null;
  }

  /** Ids of the rows whose records are in this range. */
  *idsIn({ segment, from, to }: AddressRange): Generator<number, void, void> {
    const rows = this.placed.get(segment);
    const older = this.olderIds.get(segment);
    const last = Math.min(to, Math.max(rows === undefined ? -1 : rows.ids.length - 1, older?.ordinalMax ?? -1));
    for (let ordinal = from; ordinal <= last; ordinal += 1) {
      const id = rows?.ids[ordinal] ?? older?.ids.get(ordinal);
      if (id !== undefined) yield id;
    }
  }

  /** The place of the oldest row on disk whose id is at least `id`; null when none is. */
  addressFrom(id: number): RecordAddress | null {
    if (id < 0) {
      const known = this.olderAddresses[Math.ceil(-id) - 1];
      if (known !== undefined) return known;
    }
    for (const [segment, rows] of this.placed) {
      if (rows.newestId < id) continue;
      let found: number | null = null;
      let ordinal = -1;
      for (const [place, candidate] of rows.ids.entries()) {
        // Places of metrics are holes.
        if ((candidate as number | undefined) === undefined || candidate < id) continue;
        if (found !== null && candidate >= found) continue;
        found = candidate;
        ordinal = place;
      }
      if (found !== null) return { segment, ordinal };
    }
    return null;
  }

  /**
   * The id of a row that is read back from disk, from the newest to the oldest. Null when it cannot be tracked: there are too
   * many, or it lies between rows that have ids already (it was imported, or a deletion was undone).
   */
  idOfOlder(address: RecordAddress, state: RowState): number | null {
    const known = this.idAt(address);
    if (known !== null) {
      // Other processes may have changed it unseen; what was just read is the truth.
      if (known < 0) this.olderStates[-known - 1] = rowStates.indexOf(state);
      return known;
    }
    const oldest = this.olderAddresses.at(-1) ?? this.oldestPlaced;
    if (this.olderStates.length >= this.olderRowsMax || (oldest !== null && !isBefore(address, oldest))) return null;
    this.olderStates.push(rowStates.indexOf(state));
    this.olderAddresses.push(address);
    const id = -this.olderStates.length;
    const inSegment = this.olderIds.get(address.segment);
    if (inSegment === undefined) {
      this.olderIds.set(address.segment, { ids: new Map([[address.ordinal, id]]), ordinalMax: address.ordinal });
    } else inSegment.ids.set(address.ordinal, id);
    return id;
  }

  /** Every tracked row's state, as runs. */
  runs(): StateRun[] {
    const runs: StateRun[] = [];
    for (let id = -this.olderStates.length; id < this.next; id += 1) {
      if (id === 0) id = this.firstId;
      const state = this.stateOf(id);
      if (state !== null) appendRun(runs, id, state);
    }
    return runs;
  }

  private forgetSegments(): void {
    for (const [segment, rows] of this.placed) if (rows.newestId < this.firstId) this.placed.delete(segment);
  }
}

/** A change that may still grow. */
export type StateRun = { -readonly [K in keyof StateChange]: StateChange[K] };

/** Adds a row's state to runs of states. */
export function appendRun(runs: StateRun[], id: number, state: RowState): void {
  const last = runs.at(-1);
  if (last?.state === state && last.toId === id - 1) last.toId = id;
  else runs.push({ fromId: id, toId: id, state });
}

function isBefore(address: RecordAddress, other: RecordAddress): boolean {
  if (address.segment !== other.segment) return address.segment < other.segment;
  return address.ordinal < other.ordinal;
}

/** As many as a page keeps at most. */
export const trackedRowsMax = 1 << 20;
const forgetEveryRows = 1_000;
const untracked = 255;

interface SegmentRows {
  /** Row id by ordinal; holes are records that are not rows (metrics, skipped). */
  readonly ids: number[];
  newestId: number;
}

interface OlderRows {
  /** Row id by ordinal. */
  readonly ids: Map<number, number>;
  /** The first that was read: reading goes from the newest back. */
  readonly ordinalMax: number;
}
