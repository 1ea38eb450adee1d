import type { UploadStatus } from '../contract/frames.js';

/** One moment of an uploader: what the page is told, and what else is counted. Counts are since it was made. */
export interface UploaderStatus extends UploadStatus {
  /** Put in quarantine, with CloudWatch's reason or ours. */
  readonly refused: number;
  readonly requests: number;
  /** As CloudWatch counts them, before compression. */
  readonly sentBytes: number;
}
