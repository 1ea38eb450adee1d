import type { CountedLoss, LossCounts, LossStage } from '../model/Loss.js';
import type { LedgerEntry } from './LedgerEntry.js';

/** Losses of one kind that follow one another within this are one. */
const togetherMs = 1000;
/** Older ones are a part of the sums only: about 120 KB of the ledger. */
const lossesMax = 1000;

/**
 * When records were lost, of late: what a compaction keeps line by line, so that a list can show each loss in its place after a
 * restart too. Bounded; the sums of all (`LedgerBook.lost`) are kept elsewhere and include these.
 */
export class LossLog {
  #losses: CountedLoss[] = [];

  add(loss: CountedLoss): void {
    if (loss.count === 0) return;
    const place = this.#losses.findLastIndex(
      ({ stage, reason, noticedMs }) =>
        stage === loss.stage && reason === loss.reason && Math.abs(loss.noticedMs - noticedMs) < togetherMs,
    );
    const known = this.#losses[place];
    if (known === undefined) this.#losses.push(loss);
    else this.#losses[place] = { ...known, count: known.count + loss.count };
    if (this.#losses.length > lossesMax) this.#losses.shift();
  }

  /** In the order in which they were counted. */
  all(): readonly CountedLoss[] {
    return this.#losses;
  }

  /** What is left of these sums without the losses that are listed here. */
  without(sums: LossCounts): LossCounts {
    const left: Partial<Record<LossStage, number>> = { ...sums };
    for (const { stage, count } of this.#losses) left[stage] = (left[stage] ?? 0) - count;
    return left;
  }

  entries(): LedgerEntry[] {
    return this.#losses.map(({ noticedMs, ...loss }) => ({ type: 'loss', ...loss, at: noticedMs }));
  }
}
