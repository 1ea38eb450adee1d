import type { Channel } from '../model/Channel.js';
import { CdrReader } from './CdrReader.js';
import { readMetricData, readMetricList, writeMetricData, writeMetricList } from './metricMessage.js';
import type { MetricDataMessage } from './metricMessage.js';
import { type RosTime, rosTimeOfNs, stampOrReceiptNs } from './rosTime.js';
import { ros2LogSchemaName, ros2MetricDataSchemaName, ros2MetricListSchemaName } from './schemas.js';

/** `builtin_interfaces/msg/Time`, seconds in an int32. */
const secondsMax = 2 ** 31 - 1;
const encapsulationBytes = 4;

export interface ShiftedMessage {
  readonly stampNs: bigint;
  readonly data: Uint8Array;
}

/**
 * A message of ROS 2 (CDR) with its record's time moved by so much; its other bytes mean what they meant. Null for other
 * encodings and types, for what is no such message, and where the time would leave what a stamp can say.
 */
export function shiftStamp(
  { messageEncoding, schemaName }: Channel,
  data: Uint8Array,
  receivedNs: bigint,
  shiftNs: bigint,
): ShiftedMessage | null {
  if (messageEncoding !== 'cdr') return null;
  const moved = ({ sec, nanosec }: RosTime): bigint | null => {
    const stampNs = stampOrReceiptNs(sec, nanosec, receivedNs) + shiftNs;
    return stampNs > 0n && stampNs / 1_000_000_000n <= secondsMax ? stampNs : null;
  };
  switch (schemaName) {
    case ros2LogSchemaName:
      return shiftLog(data, moved);
    case ros2MetricDataSchemaName: {
      const metric = readMetricData(data);
      return metric === null ? null : shiftMetric(metric, moved, writeMetricData);
    }
    case ros2MetricListSchemaName: {
      const [metric, ...more] = readMetricList(data) ?? [];
      if (metric === undefined || more.length > 0) return null;
      return shiftMetric(metric, moved, (shifted) => writeMetricList([shifted]));
    }
    default:
      return null;
  }
}

type Move = (time: RosTime) => bigint | null;

/** A Log begins with its stamp. */
function shiftLog(data: Uint8Array, moved: Move): ShiftedMessage | null {
  const reader = new CdrReader(data);
  const stampNs = moved({ sec: reader.int32(), nanosec: reader.uint32() });
  if (reader.failed || stampNs === null) return null;
  const copy = Uint8Array.from(data);
  const view = new DataView(copy.buffer);
  const littleEndian = ((data[1] ?? 0) & 1) === 1;
  const { sec, nanosec } = rosTimeOfNs(stampNs);
  view.setInt32(encapsulationBytes, sec, littleEndian);
  view.setUint32(encapsulationBytes + 4, nanosec, littleEndian);
  return { stampNs, data: copy };
}

function shiftMetric(
  metric: MetricDataMessage,
  moved: Move,
  write: (metric: MetricDataMessage) => Uint8Array,
): ShiftedMessage | null {
  const stampNs = moved(metric.time_stamp);
  if (stampNs === null) return null;
  return { stampNs, data: write({ ...metric, time_stamp: rosTimeOfNs(stampNs) }) };
}
