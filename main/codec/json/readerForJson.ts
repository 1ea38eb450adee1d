import type { Channel } from '../../model/Channel.js';
import { type Result, succeed } from '../../model/Problem.js';
import type { TetherRecord } from '../../model/Record.js';
import type { ReadRecords } from '../ReadRecords.js';
import { ros1LogSchemaName, ros1MetricDataSchemaName, ros1MetricListSchemaName } from '../ros1/ros1Schemas.js';
import { ros2LogSchemaName, ros2MetricDataSchemaName, ros2MetricListSchemaName } from '../schemas.js';
import { unsupportedType } from '../unsupportedType.js';
import { readJsonFoxgloveLog, readJsonRosLog } from './jsonLog.js';
import { readJsonMetricData, readJsonMetricList } from './jsonMetric.js';

export const foxgloveLogSchemaName = 'foxglove.Log';

/**
 * How a JSON channel is read. The schema's name decides: a JSON schema says what may be there, not what it means. Each message
 * is checked field by field.
 */
export function readerForJson({ topic, schemaName }: Channel): Result<ReadRecords> {
  const one =
    (read: (data: Uint8Array, topic: string, receivedNs: bigint) => TetherRecord | null): ReadRecords =>
    (data, receivedNs) => {
      const record = read(data, topic, receivedNs);
      return record && [{ record, data }];
    };
  switch (schemaName) {
    case foxgloveLogSchemaName:
      return succeed(one(readJsonFoxgloveLog));
    case ros1LogSchemaName:
      return succeed(one((data, ofTopic, receivedNs) => readJsonRosLog('ros1', data, ofTopic, receivedNs)));
    case ros2LogSchemaName:
      return succeed(one((data, ofTopic, receivedNs) => readJsonRosLog('ros2', data, ofTopic, receivedNs)));
    case ros1MetricDataSchemaName:
    case ros2MetricDataSchemaName:
      return succeed(one(readJsonMetricData));
    case ros1MetricListSchemaName:
    case ros2MetricListSchemaName:
      return succeed((data, receivedNs) => readJsonMetricList(data, topic, receivedNs));
    default:
      return unsupportedType(`${topic} has the JSON type "${schemaName}", which is neither logs nor metrics`);
  }
}
