import type { Channel } from '../../model/Channel.js';
import { type Result, succeed } from '../../model/Problem.js';
import { unreachable } from '../../model/unreachable.js';
import { layoutOf } from '../layoutOf.js';
import { metricRecordOf } from '../metricMessage.js';
import type { ReadRecords } from '../ReadRecords.js';
import { unsupportedType } from '../unsupportedType.js';
import { readRos1Log } from './ros1Log.js';
import { readRos1MetricData, readRos1MetricList, writeRos1MetricList } from './ros1Metric.js';
import {
  isRos1SchemaName,
  ros1LogSchemaName,
  ros1MetricDataSchemaName,
  ros1MetricListSchemaName,
  type Ros1SchemaName,
  ros1SchemaTexts,
} from './ros1Schemas.js';

/** How the bytes of a ROS 1 channel are read. A MetricList of n becomes n lists of one, as in ROS 2. */
export function readerForRos1({ topic, schemaName, schemaText }: Channel): Result<ReadRecords> {
  if (!isRos1SchemaName(schemaName))
    return unsupportedType(`${topic} has the type ${schemaName}, which is neither logs nor metrics`);
  const released = ros1SchemaTexts[schemaName];
  if (schemaText !== released && layoutOf(schemaText, 'ros1') !== layoutOf(released, 'ros1')) {
    return unsupportedType(`${topic} has a ${schemaName} whose fields are not those of the released type`);
  }
  return succeed(readerFor(schemaName, topic));
}

function readerFor(schemaName: Ros1SchemaName, topic: string): ReadRecords {
  switch (schemaName) {
    case ros1LogSchemaName:
      return (data, receivedNs) => {
        const record = readRos1Log(data, topic, receivedNs);
        return record && [{ record, data }];
      };
    case ros1MetricDataSchemaName:
      return (data, receivedNs) => {
        const metric = readRos1MetricData(data);
        return metric && [{ record: metricRecordOf(metric, topic, receivedNs), data }];
      };
    case ros1MetricListSchemaName:
      return (data, receivedNs) => {
        const metrics = readRos1MetricList(data);
        return (
          metrics?.map((metric) => ({
            record: metricRecordOf(metric, topic, receivedNs),
            data: metrics.length === 1 ? data : writeRos1MetricList([metric]),
          })) ?? null
        );
      };
    default:
      return unreachable(schemaName);
  }
}
