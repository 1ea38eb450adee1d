import type { CachedRow } from '../contract/calls.js';
import type { MetricRecord } from '../model/Record.js';
import type { CachedRecord } from '../seams/Cache.js';

/** A row is read at a glance: what CloudWatch will be sent, to the last digit, stands in the record's own pane. */
const significantDigits = 6;

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
    text: isLog ? record.message : metricText(record),
    state,
    reason,
  };
}

function metricText({ value, unit }: MetricRecord): string {
  const rounded = Number.isInteger(value) ? value : Number(value.toPrecision(significantDigits));
  return unit === '' || unit.toLowerCase() === 'none' ? String(rounded) : `${rounded} ${unit}`;
}
