import type { EditKind } from '../model/EditKind.js';
import type { LedgerEntry } from './LedgerEntry.js';

/** A change to records that can still be taken back: the files from before it are kept. */
export interface OpenEdit {
  readonly id: number;
  readonly what: EditKind;
  readonly records: number;
  readonly segments: readonly number[];
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The edits that a person has neither confirmed nor undone, as the ledger has them. */
export class OpenEdits {
  readonly #edits = new Map<number, OpenEdit>();
  /** Smallest number that no edit has had. */
  #nextId = 1;

  takeId(): number {
    return this.#nextId++;
  }

  begin(edit: OpenEdit): void {
    this.#nextId = Math.max(this.#nextId, edit.id + 1);
    // Nothing was changed: nothing waits to be confirmed or undone.
    if (edit.segments.length > 0) this.#edits.set(edit.id, edit);
  }

  end(id: number): void {
    this.#nextId = Math.max(this.#nextId, id + 1);
    this.#edits.delete(id);
  }

  get(id: number): OpenEdit | undefined {
    return this.#edits.get(id);
  }

  all(): OpenEdit[] {
    return [...this.#edits.values()];
  }

  /** For a compaction. The last number given is kept by an end of its own. */
  entries(at: number): LedgerEntry[] {
    const last: LedgerEntry[] =
      this.#nextId > 1 ? [{ type: 'edit-ended', id: this.#nextId - 1, how: 'confirmed', at }] : [];
    return [
      ...last,
      ...this.all().map((edit): LedgerEntry => ({ type: 'edit', ...edit, segments: [...edit.segments] })),
    ];
  }
}
