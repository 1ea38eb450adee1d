import type { EvictedCount } from '../model/Loss.js';
import { severities } from '../model/Severity.js';
import { cachedStateOf, recordStates, type Segment } from './Segment.js';

/** Adds up what the disk limit made go, by kind and severity. */
export class EvictionTally {
  readonly #counts = new Map<string, EvictedCount>();

  add(counts: readonly EvictedCount[]): void {
    for (const { kind, severity, records } of counts) {
      if (records === 0) continue;
      const key = `${kind} ${severity ?? ''}`;
      this.#counts.set(key, { kind, severity, records: records + (this.#counts.get(key)?.records ?? 0) });
    }
  }

  /** Logs from DEBUG to FATAL, then metrics; only what is not zero. */
  counts(): EvictedCount[] {
    return [...this.#counts.values()].sort((a, b) => rankOf(a) - rankOf(b));
  }
}

/** What is still wanted of a segment (to be sent, kept back, too old, or refused), by kind and severity. */
export function wantedCountsOf(segment: Segment): EvictedCount[] {
  const tally = new EvictionTally();
  for (const [number, { group }] of segment.groups.entries()) {
    let records = 0;
    for (const state of recordStates) if (cachedStateOf(state) !== null) records += segment.countInGroup(number, state);
    tally.add([{ kind: group.kind, severity: group.severity, records }]);
  }
  return tally.counts();
}

function rankOf({ severity }: EvictedCount): number {
  return severity === null ? severities.length : severities.indexOf(severity);
}
