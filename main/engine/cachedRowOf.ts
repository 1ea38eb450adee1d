import type { CachedRow } from '../contract/calls.js';
import type { CachedRecord } from '../seams/Cache.js';

/** A record on disk as it crosses a border. */
export function cachedRowOf({ address, record, state, reason }: CachedRecord): CachedRow {
  const isLog = record.kind === 'log';
  return {
    segment: address.segment,
    ordinal: address.ordinal,
    kind: record.kind,
    stampMs: Number(record.stampNs / 1000n) / 1000,
    receivedMs: Number(record.receivedNs / 1000n) / 1000,
    severity: isLog ? record.severity : null,
    label: isLog ? record.node : record.name,
    text: isLog ? record.message : `${record.value} ${record.unit}`.trim(),
    state,
    reason,
  };
}
