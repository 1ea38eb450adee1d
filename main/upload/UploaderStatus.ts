import type { UploadStatus } from '../contract/frames.js';

/** One moment of an uploader: what the page is told, and what else is counted. Counts are since it was made. */
export interface UploaderStatus extends UploadStatus {
  /** Put in quarantine, with CloudWatch's reason or ours. */
  readonly refused: number;
  readonly requests: number;
  /** As CloudWatch counts them, before compression. */
  readonly sentBytes: number;
  /** Sent again after their answer was lost: each may be in CloudWatch more than once. Over all openings of the cache. */
  readonly maybeTwiceLogs: number;
  readonly maybeTwiceMetrics: number;
  /** Their answer was lost, and it is not known yet whether CloudWatch has them. Now, not since it was made. */
  readonly unresolvedLogs: number;
  readonly unresolvedMetrics: number;
}
