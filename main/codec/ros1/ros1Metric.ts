import type { MetricDimension } from '../../model/Record.js';
import { dimensionsPerMetricMax, type MetricDataMessage, metricsPerListMax } from '../metricMessage.js';
import { Ros1Reader } from './Ros1Reader.js';
import { Ros1Writer } from './Ros1Writer.js';

/** Least bytes of a MetricData and of a MetricDimension: their fixed fields and the lengths of their texts. */
const metricBytesMin = 44;
const dimensionBytesMin = 8;

/** ros_monitoring_msgs/MetricData of ROS 1: its header also has a sequence number. */
export interface Ros1MetricData extends MetricDataMessage {
  readonly sequence: number;
}

function readMetric(reader: Ros1Reader): Ros1MetricData {
  const sequence = reader.uint32();
  const header = { stamp: reader.time(), frame_id: reader.text() };
  const name = reader.text();
  const unit = reader.text();
  const value = reader.float64();
  const time = reader.time();
  const dimensions: MetricDimension[] = [];
  const count = reader.count(dimensionsPerMetricMax, dimensionBytesMin);
  for (let index = 0; index < count && !reader.failed; index += 1) {
    dimensions.push({ name: reader.text(), value: reader.text() });
  }
  return { sequence, header, metric_name: name, unit, value, time_stamp: time, dimensions };
}

/** A MetricList, or null for bytes that are none. */
export function readRos1MetricList(data: Uint8Array): readonly Ros1MetricData[] | null {
  const reader = new Ros1Reader(data);
  const count = reader.count(metricsPerListMax, metricBytesMin);
  const metrics: Ros1MetricData[] = [];
  for (let index = 0; index < count && !reader.failed; index += 1) metrics.push(readMetric(reader));
  return reader.failed ? null : metrics;
}

/** A single MetricData, or null for bytes that are none. */
export function readRos1MetricData(data: Uint8Array): Ros1MetricData | null {
  const reader = new Ros1Reader(data);
  const metric = readMetric(reader);
  return reader.failed ? null : metric;
}

export function writeRos1MetricList(metrics: readonly Ros1MetricData[]): Uint8Array {
  const writer = new Ros1Writer().uint32(metrics.length);
  for (const { sequence, header, time_stamp: time, dimensions, ...metric } of metrics) {
    writer.uint32(sequence).time(header.stamp).text(header.frame_id);
    writer.text(metric.metric_name).text(metric.unit).float64(metric.value);
    writer.time(time).uint32(dimensions.length);
    for (const dimension of dimensions) writer.text(dimension.name).text(dimension.value);
  }
  return writer.finish();
}
