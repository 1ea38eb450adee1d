/** One thing that the doctor looked at: what it found, in words for a person, and what to do about it. */
export interface Finding {
  /** What was looked at, the same over all runs: `interfaces`, `multicast`, `domains`, `topic /rosout`, ... */
  readonly id: string;
  readonly title: string;
  /**
   * - `ok`: as it should be
   * - `note`: nothing is wrong, but a person may want to know
   * - `warning`: something is lost, or will be
   * - `failed`: nothing comes because of this
   */
  readonly state: FindingState;
  readonly words: string;
  /** Empty when there is nothing to do. */
  readonly nextStep: string;
  /** Line by line, for who wants to know more. */
  readonly details: readonly string[];
}

export const findingStates = ['ok', 'note', 'warning', 'failed'] as const;
export type FindingState = (typeof findingStates)[number];
