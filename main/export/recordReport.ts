import type { CachedRecord } from '../seams/Cache.js';
import { formatIsoNs } from './formatIsoNs.js';

/**
 * A cached record as one JSON object, with all that is known of it. Times come twice: as ISO 8601 in UTC with nanoseconds,
 * and as nanoseconds since the epoch in a text, for JSON's numbers do not hold them. `value` is a text when JSON has no
 * such number (`NaN`, `Infinity`). `origin` is empty for what was recorded, `import:<id>` for what was imported.
 */
export function recordReport(robot: string, { address, record, state, reason, origin, destination }: CachedRecord) {
  const common = {
    robot,
    segment: address.segment,
    ordinal: address.ordinal,
    kind: record.kind,
    state,
    reason,
    origin,
    stamp: formatIsoNs(record.stampNs),
    stampNs: String(record.stampNs),
    received: formatIsoNs(record.receivedNs),
    receivedNs: String(record.receivedNs),
    topic: record.topic,
  };
  if (record.kind === 'log') {
    const { severity, node, message, file, function: name, line, nodeTopics } = record;
    return { ...common, severity, node, message, file, function: name, line, nodeTopics, destination };
  }
  const { name, unit, value, dimensions } = record;
  return { ...common, name, value: Number.isFinite(value) ? value : String(value), unit, dimensions, destination };
}
