import type { RecordKind } from '../model/Record.js';
import type { Clock } from '../seams/Clock.js';

const rateWindowS = 5;

/** What an uploader did since it was made. Records, not events. */
export class UploadTally {
  sentLogs = 0;
  sentMetrics = 0;
  refused = 0;
  requests = 0;
  /** As CloudWatch counts them, before compression; accepted requests only. */
  sentBytes = 0;
  private readonly recent: { readonly atMs: number; readonly records: number }[] = [];

  constructor(private readonly clock: Clock) {}

  accepted(kind: RecordKind, records: number): void {
    if (kind === 'log') this.sentLogs += records;
    else this.sentMetrics += records;
    this.recent.push({ atMs: this.clock.monotonicMs(), records });
    this.forgetOld();
  }

  recordsPerS(): number {
    this.forgetOld();
    return this.recent.reduce((sum, { records }) => sum + records, 0) / rateWindowS;
  }

  private forgetOld(): void {
    const sinceMs = this.clock.monotonicMs() - rateWindowS * 1000;
    const kept = this.recent.findIndex(({ atMs }) => atMs > sinceMs);
    this.recent.splice(0, kept === -1 ? this.recent.length : kept);
  }
}
