import type { Problem } from '../model/Problem.js';

/** One moment of an uploader, for the page. Counts are since it was made. */
export interface UploaderStatus {
  /**
   * - `idle`: nothing waits
   * - `sending`
   * - `waiting`: will try again at `retryAtMs`
   * - `manual`: only a flush sends
   * - `blocked`: a person must act (credentials, permission); tried again at `retryAtMs` and with each flush
   */
  readonly state: 'idle' | 'sending' | 'waiting' | 'manual' | 'blocked';
  readonly mode: 'auto' | 'manual';
  readonly words: string;
  readonly problem: Problem | null;
  /** Laptop time, milliseconds since the epoch. */
  readonly retryAtMs: number | null;
  readonly sentLogs: number;
  readonly sentMetrics: number;
  readonly recordsPerS: number;
  /** A flush is under way or waits for the link. */
  readonly flushing: boolean;
  /** Put in quarantine, with CloudWatch's reason or ours. */
  readonly refused: number;
  readonly requests: number;
  /** As CloudWatch counts them, before compression. */
  readonly sentBytes: number;
  /** Sent again after their answer was lost: each may be in CloudWatch more than once. */
  readonly maybeTwiceLogs: number;
  readonly maybeTwiceMetrics: number;
}
