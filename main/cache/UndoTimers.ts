import type { Clock } from '../seams/Clock.js';
import { type DeletedRanges, type Deletion, undoMs } from './DeletedRanges.js';

/**
 * Ends the time in which a delete can be undone. It is measured while the cache is open, so that a wall clock that jumps
 * ends nothing early; over a reopening the ledger's time of the delete decides.
 */
export class UndoTimers {
  readonly #clock: Clock;
  readonly #deleted: DeletedRanges;
  readonly #timeIsUp: () => void;
  readonly #cancels = new Map<number, () => void>();
  #closed = false;

  /** `timeIsUp`: something of what a delete kept may go now. */
  constructor(clock: Clock, deleted: DeletedRanges, timeIsUp: () => void) {
    this.#clock = clock;
    this.#deleted = deleted;
    this.#timeIsUp = timeIsUp;
  }

  /** For the deletes that the opening found. */
  start(nowMs: number): void {
    for (const { id, at } of this.#deleted.all()) this.watch(id, undoMs - Math.max(0, nowMs - at));
  }

  watch(id: number, remainingMs = undoMs): void {
    if (this.#closed) return;
    const cancel = this.#clock.after(remainingMs, () => {
      this.#cancels.delete(id);
      this.#deleted.forget(id);
      this.#timeIsUp();
    });
    this.#cancels.set(id, cancel);
  }

  /** The delete to be undone, whose time does not run out meanwhile; undefined when it is too late. */
  claim(id: number): Deletion | undefined {
    this.#cancels.get(id)?.();
    this.#cancels.delete(id);
    return this.#deleted.get(id);
  }

  /** Nothing ends any more; the next opening decides by the ledger's times. */
  close(): void {
    this.#closed = true;
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }
}
