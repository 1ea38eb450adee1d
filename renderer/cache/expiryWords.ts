import { formatDuration } from '../format/formatDuration.js';

/** CloudWatch takes no log event and no datum older than this (PutLogEvents, PutMetricData). */
export const acceptedAgeMsMax = 14 * 86_400_000;
/** Earlier than this nobody needs to hurry. */
const toldFromMs = 7 * 86_400_000;

/** `expires in 2 d 4 h` for the oldest of records that wait; empty while there is time. */
export function expiryWords(oldestMs: number, nowMs: number): string {
  const leftMs = oldestMs + acceptedAgeMsMax - nowMs;
  if (leftMs > toldFromMs) return '';
  if (leftMs <= 0) return 'the oldest are too old now';
  return `expires in ${formatDuration(leftMs / 1000)}`;
}
