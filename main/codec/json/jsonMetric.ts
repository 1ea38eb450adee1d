import type { MetricDimension, MetricRecord } from '../../model/Record.js';
import { dimensionsPerMetricMax, metricsPerListMax } from '../metricMessage.js';
import type { DecodedMessage } from '../ReadRecords.js';
import { isObject, JsonFields } from './JsonFields.js';
import { jsonTimeNs } from './jsonTime.js';

/** ros_monitoring_msgs MetricList (ROS 1's or ROS 2's fields) as a JSON object; null for what is none. */
export function readJsonMetricList(
  data: Uint8Array,
  topic: string,
  receivedNs: bigint,
): readonly DecodedMessage[] | null {
  const metrics = JsonFields.of(data)?.raw('metrics');
  if (!Array.isArray(metrics) || metrics.length > metricsPerListMax) return null;
  const decoded: DecodedMessage[] = [];
  for (const metric of metrics as readonly unknown[]) {
    const record = isObject(metric) ? metricOf(new JsonFields(metric), topic, receivedNs) : null;
    if (record === null) return null;
    decoded.push({ record, data: metrics.length === 1 ? data : bytesOf({ metrics: [metric] }) });
  }
  return decoded;
}

/** A single MetricData as a JSON object; null for what is none. */
export function readJsonMetricData(data: Uint8Array, topic: string, receivedNs: bigint): MetricRecord | null {
  const fields = JsonFields.of(data);
  return fields && metricOf(fields, topic, receivedNs);
}

function metricOf(fields: JsonFields, topic: string, receivedNs: bigint): MetricRecord | null {
  const dimensions: MetricDimension[] = [];
  for (const dimension of fields.list('dimensions').slice(0, dimensionsPerMetricMax + 1)) {
    if (!isObject(dimension)) return null;
    const { name, value } = dimension;
    if (typeof name !== 'string' || typeof value !== 'string') return null;
    dimensions.push({ name, value });
  }
  const record: MetricRecord = {
    kind: 'metric',
    stampNs: jsonTimeNs(fields.inner('time_stamp'), receivedNs),
    receivedNs,
    name: fields.text('metric_name'),
    unit: fields.textOr('unit', ''),
    value: fields.number('value'),
    dimensions,
    topic,
  };
  return fields.failed || dimensions.length > dimensionsPerMetricMax ? null : record;
}

function bytesOf(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
