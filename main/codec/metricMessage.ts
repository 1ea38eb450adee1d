import type { MetricDimension, MetricRecord } from '../model/Record.js';
import { CdrReader } from './CdrReader.js';
import { CdrWriter } from './CdrWriter.js';
import { type RosTime, rosTimeOfNs, stampOrReceiptNs } from './rosTime.js';

/** Most metrics that one message may carry; more is taken for garbage. */
export const metricsPerListMax = 100_000;
/** Most dimensions of one metric; CloudWatch takes 30, more than this is taken for garbage. */
export const dimensionsPerMetricMax = 1_000;

/** Least bytes of a MetricData and of a MetricDimension in CDR: their fixed fields and the lengths of their texts. */
const metricBytesMin = 36;
const dimensionBytesMin = 8;

/** ros_monitoring_msgs/msg/MetricData with its fields as they are in the message, to be written again unchanged. */
export interface MetricDataMessage {
  readonly header: { readonly stamp: RosTime; readonly frame_id: string };
  readonly metric_name: string;
  readonly unit: string;
  readonly value: number;
  readonly time_stamp: RosTime;
  readonly dimensions: readonly MetricDimension[];
}

function readTime(reader: CdrReader): RosTime {
  return { sec: reader.int32(), nanosec: reader.uint32() };
}

function readMetric(reader: CdrReader): MetricDataMessage {
  const header = { stamp: readTime(reader), frame_id: reader.text() };
  const name = reader.text();
  const unit = reader.text();
  const value = reader.float64();
  const time = readTime(reader);
  const dimensions: MetricDimension[] = [];
  const count = reader.count(dimensionsPerMetricMax, dimensionBytesMin);
  for (let index = 0; index < count && !reader.failed; index += 1) {
    dimensions.push({ name: reader.text(), value: reader.text() });
  }
  return { header, metric_name: name, unit, value, time_stamp: time, dimensions };
}

/** A MetricList in CDR, or null for bytes that are none. */
export function readMetricList(data: Uint8Array): readonly MetricDataMessage[] | null {
  const reader = new CdrReader(data);
  const count = reader.count(metricsPerListMax, metricBytesMin);
  const metrics: MetricDataMessage[] = [];
  for (let index = 0; index < count && !reader.failed; index += 1) metrics.push(readMetric(reader));
  return reader.failed ? null : metrics;
}

/** A single MetricData in CDR, or null for bytes that are none. */
export function readMetricData(data: Uint8Array): MetricDataMessage | null {
  const reader = new CdrReader(data);
  const metric = readMetric(reader);
  return reader.failed ? null : metric;
}

export function metricRecordOf(metric: MetricDataMessage, topic: string, receivedNs: bigint): MetricRecord {
  return {
    kind: 'metric',
    stampNs: stampOrReceiptNs(metric.time_stamp.sec, metric.time_stamp.nanosec, receivedNs),
    receivedNs,
    name: metric.metric_name,
    unit: metric.unit,
    value: metric.value,
    dimensions: metric.dimensions,
    topic,
  };
}

function writeMetric(writer: CdrWriter, metric: MetricDataMessage): void {
  const { header, time_stamp: time, dimensions } = metric;
  writer.int32(header.stamp.sec).uint32(header.stamp.nanosec).text(header.frame_id);
  writer.text(metric.metric_name).text(metric.unit).float64(metric.value);
  writer.int32(time.sec).uint32(time.nanosec).uint32(dimensions.length);
  for (const dimension of dimensions) writer.text(dimension.name).text(dimension.value);
}

export function writeMetricList(metrics: readonly MetricDataMessage[]): Uint8Array {
  const writer = new CdrWriter();
  writer.uint32(metrics.length);
  for (const metric of metrics) writeMetric(writer, metric);
  return writer.finish();
}

export function writeMetricData(metric: MetricDataMessage): Uint8Array {
  const writer = new CdrWriter();
  writeMetric(writer, metric);
  return writer.finish();
}

/** What `encodeMetricList` needs of a record. */
export type MetricToEncode = Pick<MetricRecord, 'stampNs' | 'name' | 'unit' | 'value' | 'dimensions'>;

function messageOf(metric: MetricToEncode): MetricDataMessage {
  const time = rosTimeOfNs(metric.stampNs);
  return {
    header: { stamp: time, frame_id: '' },
    metric_name: metric.name,
    unit: metric.unit,
    value: metric.value,
    time_stamp: time,
    dimensions: metric.dimensions,
  };
}

/** The CDR bytes of a MetricList, for tests and tools. */
export function encodeMetricList(metrics: readonly MetricToEncode[]): Uint8Array {
  return writeMetricList(metrics.map(messageOf));
}

/** The CDR bytes of a single MetricData, for tests and tools. */
export function encodeMetricData(metric: MetricToEncode): Uint8Array {
  return writeMetricData(messageOf(metric));
}
