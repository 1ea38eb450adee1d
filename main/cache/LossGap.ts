import { evictedWords, type EvictedCount, type LossStage, lossTopic } from '../model/Loss.js';
import type { RecordToCache } from '../seams/Cache.js';
import { EvictionTally } from './EvictionTally.js';
import type { GapContent } from './GapContent.js';
import type { LedgerEntry } from './LedgerEntry.js';
import { spanWords, type StampSpan, stretched } from './StampSpan.js';

/** Where records were lost but at a disk limit. What CloudWatch refused is not lost: it is kept. */
export type MarkedStage = Exclude<LossStage, 'evicted' | 'rejected'>;

export interface MarkedLoss {
  readonly stage: MarkedStage;
  readonly count: number;
  /** In words. */
  readonly reason: string;
  /** Stamps of what was lost where they are known, else when it was noticed, laptop time. */
  readonly span: StampSpan;
  /** What it was, where that is known. */
  readonly counts: readonly EvictedCount[];
}

const stageWords: Readonly<Record<MarkedStage, string>> = {
  dds: 'before Tether could take them',
  link: 'between the robot and the laptop',
  host: 'in the robot host',
  decode: 'that could not be understood',
  memory: 'that the disk did not take in time',
  torn: 'that could not be read after damage',
};

/** Of one stage in one marker. */
const reasonsMax = 100;

interface StageLosses {
  count: number;
  readonly tally: EvictionTally;
  readonly byReason: Map<string, number>;
}

/** What was lost on the way to the disk, or on it by damage: how many at each stage, and why most of them. */
export class LossGap implements GapContent {
  readonly #stages = new Map<MarkedStage, StageLosses>();
  readonly topic = lossTopic;
  span: StampSpan | null = null;

  add({ stage, count, reason, span, counts }: MarkedLoss): void {
    const known = this.#stages.get(stage) ?? {
      count: 0,
      tally: new EvictionTally(),
      byReason: new Map<string, number>(),
    };
    known.count += count;
    known.tally.add(counts);
    // The reasons of a minute are few; a robot that makes them up is no reason for memory without end.
    if (known.byReason.has(reason) || known.byReason.size < reasonsMax) {
      known.byReason.set(reason, (known.byReason.get(reason) ?? 0) + count);
    }
    this.#stages.set(stage, known);
    this.span = stretched(this.span, span);
  }

  words(): string {
    const parts = [...this.#stages].map(([stage, losses]) => stageSentence(stage, losses));
    const from = this.span === null ? '' : `, from ${spanWords(this.span)}`;
    return `Lost: ${parts.join('; ')}${from}.`;
  }
}

/** `12 INFO logs, 3 records of unknown kind that the disk did not take in time (memory: ...)`. */
function stageSentence(stage: MarkedStage, { count, tally, byReason }: StageLosses): string {
  const counts = tally.counts();
  const unnamed = count - counts.reduce((sum, { records }) => sum + records, 0);
  const rest = unnamed === 0 ? [] : [`${unnamed} ${unnamed === 1 ? 'record' : 'records'}`];
  const what = [...(counts.length === 0 ? [] : [evictedWords(counts)]), ...rest].join(' and ');
  const [most, ...others] = [...byReason].sort(([, left], [, right]) => right - left);
  const why = most === undefined ? '' : `: ${most[0]}${others.length === 0 ? '' : ', and other reasons'}`;
  return `${what} ${stageWords[stage]} (${stage}${why})`;
}

/** What memory's limit made go. */
export function memoryLossOf(records: readonly RecordToCache[], reason: string): MarkedLoss | null {
  const tally = new EvictionTally();
  let span: StampSpan | null = null;
  for (const { kind, severity, stampNs } of records) {
    tally.add([{ kind, severity, records: 1 }]);
    span = stretched(span, [stampNs, stampNs]);
  }
  return span === null ? null : { stage: 'memory', count: records.length, reason, span, counts: tally.counts() };
}

/** Of lines that a recovery wrote: what they say was lost by damage. */
export function tornLossOf(entry: LedgerEntry): MarkedLoss | null {
  // The line's own words name folders of this laptop, which are no business of CloudWatch's.
  const reason = 'found when the cache was opened';
  if (entry.type === 'loss') return lossAt(entry.stage, entry.count, reason, entry.at);
  return entry.type === 'missing' ? lossAt('torn', entry.lost, reason, entry.at) : null;
}

/** Of nothing more than when it was noticed; null for what has no marker of this sort. */
export function lossAt(stage: LossStage, count: number, reason: string, noticedMs: number): MarkedLoss | null {
  if (count === 0 || !isMarkedStage(stage)) return null;
  const noticedNs = BigInt(Math.round(noticedMs)) * 1_000_000n;
  return { stage, count, reason, span: [noticedNs, noticedNs], counts: [] };
}

function isMarkedStage(stage: LossStage): stage is MarkedStage {
  return stage in stageWords;
}
