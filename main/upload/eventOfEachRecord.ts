import { logRequestEventsMax } from './limits.js';

const itself = Array.from({ length: logRequestEventsMax }, (_, index) => index);

/** A request's `recordOfEvent` where each record is one event, or one datum. */
export function eventOfEachRecord(records: number): readonly number[] {
  return itself.slice(0, records);
}
