/** The status ladder: from the robot to the account, each rung with its state in words, a reason and a next step. */
export const rungIds = ['robot', 'topics', 'disk', 'internet', 'account'] as const;

export type RungId = (typeof rungIds)[number];

export interface Rung {
  readonly id: RungId;
  readonly state: 'ok' | 'waiting' | 'warning' | 'failed' | 'unknown';
  /** A few words, shown on the ladder: `no internet`. */
  readonly words: string;
  /** A sentence, shown when the rung is opened. */
  readonly reason: string;
  /** What a person can do now; empty when nothing needs doing. */
  readonly nextStep: string;
  /** The command of the next step, to be copied into a terminal. */
  readonly command?: string;
  /** Since when the rung has this state, laptop time in ms since the epoch. */
  readonly sinceMs: number;
}
