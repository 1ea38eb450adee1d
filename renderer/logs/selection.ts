import type { Row } from '../../main/contract/frames.js';
import type { RowRing } from '../stores/RowRing.js';

/** The chosen lines, by ring position. The row is kept as it was, so that its detail outlives the live window. */
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

export function isSelected(selection: Selection | null, ring: RowRing, position: number): boolean {
  if (selection?.ring !== ring) return false;
  return (
    position >= Math.min(selection.anchor, selection.position) &&
    position <= Math.max(selection.anchor, selection.position)
  );
}
