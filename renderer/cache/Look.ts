import type { CachedRow, FilterMessage } from '../../main/contract/calls.js';

/** What a person looks into: a filter for the disk, and its name. */
export interface Look {
  readonly title: string;
  readonly filter: FilterMessage;
  /** Only rows in this state. */
  readonly state: CachedRow['state'] | null;
}
