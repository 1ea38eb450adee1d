import { type LossStage, lossStages } from '../model/Loss.js';
import type { Clock } from '../seams/Clock.js';
import type { Ledger } from './Ledger.js';
import type { LedgerBook } from './LedgerBook.js';
import type { LedgerEntry } from './LedgerEntry.js';
import type { Segment } from './Segment.js';
import { missingEntries } from './UnreadableRecords.js';

/** Lines that change sums of the book alone; the others change segments too, and whoever writes them sees to both. */
const addedByBook: ReadonlySet<LedgerEntry['type']> = new Set(['loss', 'missing', 'imported', 'note'] as const);

/**
 * The ledger with what is in memory of it: writes lines, keeps the book's sums in step with them, and counts what was lost.
 *
 * Invariant: what a line says is believed once it is durable; losses alone are counted at once.
 */
export class BookedLedger {
  readonly #ledger: Ledger;
  readonly #book: LedgerBook;
  readonly #clock: Clock;
  /** Losses that are counted but not durable yet. */
  readonly #undurableLosses = new Map<LossStage, number>();

  constructor({ ledger, book, clock }: { readonly ledger: Ledger; readonly book: LedgerBook; readonly clock: Clock }) {
    this.#ledger = ledger;
    this.#book = book;
    this.#clock = clock;
  }

  nowMs(): number {
    return Number(this.#clock.nowNs() / 1_000_000n);
  }

  /** Durable when resolved; `apply` changes memory in the same order as the ledger's lines. */
  async record(entries: readonly LedgerEntry[], apply: () => void = () => undefined): Promise<void> {
    if (entries.length === 0) return;
    const book = this.#book;
    await this.#ledger.append(entries, () => {
      for (const entry of entries) {
        if (entry.type === 'ack') {
          book.acknowledgedLogs += entry.logs;
          book.acknowledgedMetrics += entry.metrics;
        } else if (addedByBook.has(entry.type)) book.add(entry);
      }
      apply();
    });
  }

  /** Counted at once, and durable when resolved. */
  async countLoss(stage: LossStage, count: number, reason: string, noticedMs = this.nowMs()): Promise<void> {
    if (count === 0) return;
    await this.#recordLoss(stage, count, [{ type: 'loss', stage, count, reason, at: noticedMs }]);
  }

  /** These cannot be read, and `wanted` of them were. Counted once, over all openings. How many are counted by this. */
  async countUnreadable({ sequence, file }: Segment, ordinals: readonly number[], wanted: number): Promise<number> {
    const fresh = ordinals.filter((ordinal) => !this.#book.unreadable.has(sequence, ordinal));
    const count = Math.min(wanted, fresh.length);
    if (count === 0) return 0;
    const lines = missingEntries(sequence, fresh, count, `damaged bytes in ${file}`, this.nowMs());
    await this.#recordLoss('torn', count, lines);
    return count;
  }

  lossCounts(): Partial<Record<LossStage, number>> {
    const lost: Partial<Record<LossStage, number>> = {};
    for (const stage of lossStages) {
      const count = (this.#book.lost[stage] ?? 0) + (this.#undurableLosses.get(stage) ?? 0);
      if (count > 0) lost[stage] = count;
    }
    return lost;
  }

  async #recordLoss(stage: LossStage, count: number, lines: readonly LedgerEntry[]): Promise<void> {
    this.#undurableLosses.set(stage, (this.#undurableLosses.get(stage) ?? 0) + count);
    await this.record(lines, () => {
      this.#undurableLosses.set(stage, (this.#undurableLosses.get(stage) ?? 0) - count);
    });
  }
}
