import type { Row } from '../../main/contract/frames.js';
import type { MatchedRows } from '../stores/MatchedRows.js';
import type { RowRing } from '../stores/RowRing.js';

/** The chosen lines, by ring position. The row is kept as it was, so that its detail outlives the list. */
export interface Selection {
  readonly ring: RowRing;
  /** Where the range began. */
  readonly anchor: number;
  /** The line that the keyboard is on. */
  readonly position: number;
  readonly row: Row;
}

export function select(ring: RowRing, position: number, previous: Selection | null, extend: boolean): Selection {
  const anchor = extend && previous?.ring === ring ? previous.anchor : position;
  return { ring, anchor, position, row: ring.rowAt(position) };
}

/** Indices of the chosen entries, both included; null when nothing of this list is chosen. */
export function chosenIndices(
  selection: Selection | null,
  ring: RowRing,
  matched: MatchedRows,
): readonly [from: number, to: number] | null {
  if (selection?.ring !== ring) return null;
  const from = matched.indexOf(Math.min(selection.anchor, selection.position));
  const to = matched.indexOf(Math.max(selection.anchor, selection.position));
  return [from, Math.min(to, matched.length - 1)];
}
