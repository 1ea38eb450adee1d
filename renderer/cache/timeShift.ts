import { formatDay, formatTimeMs } from '../format/formatTime.js';
import { acceptedAgeMsMax } from './expiryWords.js';

/** CloudWatch takes nothing that lies further ahead (PutLogEvents, PutMetricData). */
const acceptedAheadMsMax = 2 * 3_600_000;

export const shiftUnits = { seconds: 1000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
export type ShiftUnit = keyof typeof shiftUnits;

export interface Span {
  readonly oldestMs: number;
  readonly newestMs: number;
}

/** What CloudWatch would say to these times after the shift. */
export function acceptanceOf(
  { oldestMs, newestMs }: Span,
  shiftMs: number,
  nowMs: number,
): 'all' | 'too-old' | 'ahead' {
  if (newestMs + shiftMs > nowMs + acceptedAheadMsMax) return 'ahead';
  return oldestMs + shiftMs < nowMs - acceptedAgeMsMax ? 'too-old' : 'all';
}

/** In the largest unit that says it exactly; in seconds otherwise. */
export function inUnits(shiftMs: number): { readonly amount: number; readonly unit: ShiftUnit } {
  for (const unit of ['days', 'hours', 'minutes'] as const) {
    if (shiftMs !== 0 && shiftMs % shiftUnits[unit] === 0) return { amount: shiftMs / shiftUnits[unit], unit };
  }
  return { amount: shiftMs / 1000, unit: 'seconds' };
}

/** For an input of type datetime-local, in the laptop's time zone: `2026-11-21T10:41:19.482`. */
export function localInputOf(timeMs: number): string {
  return `${formatDay(timeMs)}T${formatTimeMs(timeMs)}`;
}

/** Null for what is no date and time. */
export function msOfLocalInput(text: string): number | null {
  const timeMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? new Date(text).getTime() : Number.NaN;
  return Number.isNaN(timeMs) ? null : timeMs;
}
