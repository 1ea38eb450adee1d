import type { FilterMessage } from '../../main/contract/calls.js';

/** What a dialog of the desk acts on. */
export interface DialogProps {
  readonly robot: string;
  readonly filter: FilterMessage;
  /** How many fit; null while that is not known. */
  readonly records: number | null;
}
