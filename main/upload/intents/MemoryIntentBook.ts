import type { RecordKind } from '../../model/Record.js';
import type { Intent, IntentBook, IntentDraft, IntentEnd } from './Intent.js';
import { SampleBook } from './SampleBook.js';

/** More requests than this about one minute of one series, all without an answer: too many ways to explain a count. */
const sharedOpenMax = 10;

/** The intents of one process: what it knows when nothing is written down. */
export class MemoryIntentBook implements IntentBook {
  private readonly open = new Map<number, Intent>();
  private nextId = 1;

  constructor(
    protected readonly samples: SampleBook = new SampleBook(),
    private readonly left: readonly Intent[] = [],
    readonly maybeTwice: Record<RecordKind, number> = { log: 0, metric: 0 },
  ) {
    for (const intent of left) {
      this.open.set(intent.id, intent);
      this.nextId = Math.max(this.nextId, intent.id + 1);
    }
  }

  begin(draft: IntentDraft): Promise<Intent> {
    const intent = { ...draft, id: this.nextId++ };
    this.open.set(intent.id, intent);
    return Promise.resolve(intent);
  }

  end(intent: Intent, how: Exclude<IntentEnd, 'sent-again'>): void {
    if (this.open.delete(intent.id)) accountFor(this.samples, intent, how);
  }

  endSentAgain(intent: Intent, records: number): void {
    if (!this.open.delete(intent.id)) return;
    accountFor(this.samples, intent, 'sent-again');
    this.maybeTwice[intent.destination.kind] += records;
  }

  leftOpen(): readonly Intent[] {
    return this.left;
  }

  /**
   * Is this intent in every explanation of the count (true), in none (false), or does it not tell (null)? Others that are
   * open may or may not have come through as well.
   */
  wasCounted(intent: Intent, minute: number, series: string, sampleCount: number): boolean | null {
    const before = this.samples.count(minute, series);
    const own = samplesOf(intent, minute, series);
    if (before === null || own === 0) return null;
    const others = [...this.open.values()]
      .filter((other) => other.id !== intent.id)
      .map((other) => samplesOf(other, minute, series))
      .filter((count) => count > 0);
    if (others.length > sharedOpenMax) return null;
    const sums = sumsOfSubsets(others);
    const withIt = sums.has(sampleCount - before - own);
    const without = sums.has(sampleCount - before);
    return withIt === without ? null : withIt;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Whose requests are under way, or were and have no answer. */
  openNow(): Iterable<Intent> {
    return this.open.values();
  }
}

/** What was accepted is counted; what nobody knows makes its minutes unknown. */
export function accountFor(book: SampleBook, { samples }: Intent, how: IntentEnd): void {
  if (how === 'accepted') book.add(samples);
  if (how === 'given-up' || how === 'sent-again')
    for (const { minute } of samples) book.forget({ from: minute, to: minute });
}

function samplesOf(intent: Intent, minute: number, series: string): number {
  return intent.samples.find((samples) => samples.minute === minute)?.counts[series] ?? 0;
}

function sumsOfSubsets(counts: readonly number[]): ReadonlySet<number> {
  let sums = new Set([0]);
  for (const count of counts) sums = new Set([...sums, ...[...sums].map((sum) => sum + count)]);
  return sums;
}
