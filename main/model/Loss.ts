import type { RecordKind } from './Record.js';
import type { Severity } from './Severity.js';

/**
 * Where a record can fail to make it. Every such record is counted here, with a reason, and the count is on the screen.
 *
 * - `dds`: lost before the robot host could take it (history overflow, seen as a gap in sequence numbers)
 * - `link`: lost between the robot's publisher and a source without DDS (a gap in a publisher's sequence numbers)
 * - `host`: the robot host's queue was full, or the host died with messages in hand
 * - `decode`: bytes that could not be understood
 * - `memory`: the disk did not take it and memory's own limit was reached
 * - `evicted`: a disk limit made the oldest go (EvictionCause)
 * - `torn`: a segment's bytes could not be read after a crash (set aside, not deleted)
 * - `rejected`: CloudWatch refused it for good (kept in quarantine)
 */
export const lossStages = ['dds', 'link', 'host', 'decode', 'memory', 'evicted', 'torn', 'rejected'] as const;

export type LossStage = (typeof lossStages)[number];

/**
 * What a gap in the list stands for: a loss, or `page`, lines that the page did not get because it was too slow. These are no loss:
 * the row says where they are.
 */
export const gapStages = [...lossStages, 'page'] as const;
export type GapStage = (typeof gapStages)[number];

export interface Loss {
  readonly stage: LossStage;
  readonly count: number;
  /** In words, for the person who reads it. */
  readonly reason: string;
  /** When it was noticed, laptop time. */
  readonly noticedNs: bigint;
}

/** A loss as it was counted on disk. */
export interface CountedLoss {
  readonly stage: LossStage;
  readonly count: number;
  readonly reason: string;
  /** Laptop time, milliseconds since the epoch. */
  readonly noticedMs: number;
}

/** Records of one kind and severity (null for metrics) that the disk limit made go. */
export interface EvictedCount {
  readonly kind: RecordKind;
  readonly severity: Severity | null;
  readonly records: number;
}

/** Which limit made records go: the robot's own (`storage_limit`), or that of all robots' caches on this laptop together. */
export const evictionCauses = ['robot-limit', 'laptop-limit'] as const;
export type EvictionCause = (typeof evictionCauses)[number];

/** For a sentence: `... made the oldest records go`. */
export const evictionCauseWords: Readonly<Record<EvictionCause, string>> = {
  'robot-limit': 'the disk limit',
  'laptop-limit': "the limit of all robots' caches together",
};

/** Records lost so far, by stage. A stage that cannot be counted here is absent, never 0. */
export type LossCounts = Partial<Record<LossStage, number>>;

/** `812 INFO logs, 3 ERROR logs, 40 metrics`; empty for nothing. */
export function evictedWords(counts: readonly EvictedCount[], format: (records: number) => string = String): string {
  return counts
    .map(({ kind, severity, records }) => {
      const name = kind === 'metric' ? 'metric' : `${severity ?? 'unnamed'} log`;
      return `${format(records)} ${name}${records === 1 ? '' : 's'}`;
    })
    .join(', ');
}
