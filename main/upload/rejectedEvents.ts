import type { RejectedLogEventsInfo } from '@aws-sdk/client-cloudwatch-logs';

export interface RejectedEvent {
  readonly index: number;
  readonly reason: string;
}

/**
 * Which events `rejectedLogEventsInfo` means. Source: its page in the CloudWatch Logs API reference: `tooNew` is a start,
 * inclusive; `tooOld` and `expired` are ends, exclusive. One that is there means at least one event (a 0 was seen
 * from a server that counts inclusively).
 */
export function rejectedEvents(info: RejectedLogEventsInfo, eventCount: number): readonly RejectedEvent[] {
  const reasons = new Map<number, string>();
  mark(
    reasons,
    0,
    endOf(info.expiredLogEventEndIndex, eventCount),
    'CloudWatch: older than the log group keeps events.',
  );
  mark(reasons, 0, endOf(info.tooOldLogEventEndIndex, eventCount), 'CloudWatch: older than 14 days.');
  const tooNewFrom = info.tooNewLogEventStartIndex ?? eventCount;
  mark(reasons, tooNewFrom, eventCount, 'CloudWatch: more than 2 hours in the future.');
  return [...reasons].map(([index, reason]) => ({ index, reason })).sort((a, b) => a.index - b.index);
}

function endOf(exclusiveEnd: number | undefined, eventCount: number): number {
  return exclusiveEnd === undefined ? 0 : Math.min(Math.max(exclusiveEnd, 1), eventCount);
}

function mark(reasons: Map<number, string>, from: number, to: number, reason: string): void {
  for (let index = from; index < to; index++) reasons.set(index, reason);
}
