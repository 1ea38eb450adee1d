import type { MatchedRows } from '../stores/MatchedRows.js';

/** The row that a list stays at, and how far below its upper edge the view begins. */
export interface Anchor {
  /** Whose position it is: rows that were all forgotten take their anchors with them. */
  readonly matched: MatchedRows;
  readonly position: number;
  readonly offset: number;
  readonly appendedThen: number;
}

/**
 * Where a list is anchored; null while it follows. Outside React: the browser scrolls by itself, and as long as it scrolls within the
 * rows that are drawn nothing needs to be drawn. The next drawing, for whatever reason, finds the newest anchor here.
 */
export class AnchorStore {
  private anchor: Anchor | null = null;
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  readonly get = (): Anchor | null => this.anchor;

  set(anchor: Anchor | null): void {
    this.anchor = anchor;
    for (const listener of this.listeners) listener();
  }

  /** Without a drawing. */
  setQuietly(anchor: Anchor): void {
    this.anchor = anchor;
  }
}
