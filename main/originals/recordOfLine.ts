import { encodeLog } from '../codec/logMessage.js';
import { encodeMetricList } from '../codec/metricMessage.js';
import { ros2LogChannel, ros2MetricListChannel } from '../codec/schemas.js';
import type { Destinations } from '../model/destinationsOf.js';
import type { RecordToCache } from '../seams/Cache.js';
import type { OriginalLog, OriginalMetric } from './parseOriginalLine.js';
import { takeLogTextApart } from './takeLogTextApart.js';

/** The files do not say which topic a line came from: these are the usual ones. */
const logChannel = ros2LogChannel('/rosout');
const metricChannel = ros2MetricListChannel('/metrics');

/** A line as the record that a ROS 2 robot would have sent: a Log, or a MetricList of one. */
export function recordOfLine(
  line: OriginalLog | OriginalMetric,
  destinations: Destinations,
  origin: string,
): RecordToCache {
  const receivedNs = BigInt(line.timestampMs) * 1_000_000n;
  if (line.type === 'log') {
    const parts = takeLogTextApart(line.message, line.timestampMs);
    return {
      channel: logChannel,
      destination: destinations.log,
      receivedNs,
      stampNs: parts.stampNs,
      data: encodeLog(parts),
      kind: 'log',
      severity: parts.severity,
      label: parts.node,
      origin,
    };
  }
  const { name, unit, value, dimensions } = line;
  return {
    channel: metricChannel,
    destination: destinations.metric,
    receivedNs,
    stampNs: receivedNs,
    data: encodeMetricList([{ stampNs: receivedNs, name, unit, value, dimensions }]),
    kind: 'metric',
    severity: null,
    label: name,
    origin,
  };
}
