import type { CallOutput } from '../../main/contract/calls.js';

export type UploadStretch = CallOutput<'upload.ledger'>[number];

/**
 * Where a line that CloudWatch has can have gone, by the ledger of uploads: each place once, the newest first. More than one when
 * the destination was changed and lines of that time went to both; none when the ledger no longer has it.
 *
 * @param stampMs robot time; CloudWatch's events have whole milliseconds
 */
export function sentPlaces(ledger: readonly UploadStretch[], stampMs: number): readonly UploadStretch[] {
  const eventMs = Math.floor(stampMs);
  const places = new Map<string, UploadStretch>();
  for (const stretch of ledger) {
    const { kind, eventsFromMs, eventsToMs, destination, goesTo, account, events } = stretch;
    if (kind !== 'log' || events === 0 || eventsFromMs === null || eventsToMs === null) continue;
    if (eventMs < Math.floor(eventsFromMs) || eventMs > eventsToMs) continue;
    const place = JSON.stringify([destination, goesTo, account]);
    if (!places.has(place)) places.set(place, stretch);
  }
  return [...places.values()];
}
