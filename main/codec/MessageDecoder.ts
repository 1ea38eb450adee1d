import { parse } from '@foxglove/rosmsg';
import type { Channel } from '../model/Channel.js';
import { fail, type Result, succeed } from '../model/Problem.js';
import type { TetherRecord } from '../model/Record.js';
import { unreachable } from '../model/unreachable.js';
import { readLog } from './logMessage.js';
import { metricRecordOf, readMetricData, readMetricList, writeMetricList } from './metricMessage.js';
import {
  isRos2SchemaName,
  ros2LogSchemaName,
  ros2MetricDataSchemaName,
  ros2MetricListSchemaName,
  type Ros2SchemaName,
  ros2SchemaTexts,
} from './schemas.js';

/**
 * From a message's bytes to records.
 *
 * A record is one log message or one metric value, and one message on disk is one record. So a MetricList of n metrics
 * becomes n lists of one metric, written again in CDR: the type stays what the channel says and the message can be
 * played back. A Log, a MetricData and a list of one keep their exact bytes. An empty list gives no record.
 *
 * Decoding never throws, whatever the bytes.
 */
export interface DecodedMessage {
  readonly record: TetherRecord;
  /** The record as one message of the channel's type. May share memory with the bytes it was decoded from. */
  readonly data: Uint8Array;
}

export interface MessageDecoder {
  /** Problem `undecodable` when the bytes are no such message, `message-too-large` when they are above the limit. */
  decode(data: Uint8Array, receivedNs: bigint): Result<readonly DecodedMessage[]>;
}

/** Largest message that is looked at. */
export const messageBytesMax = 16 * 1024 * 1024;

/** A decoder for the channel; Problem `unsupported-type` for what Tether cannot read (yet). Hold it: making one parses the schema. */
export function decoderFor(channel: Channel): Result<MessageDecoder> {
  const { topic, messageEncoding, schemaEncoding, schemaName, schemaText } = channel;
  if (messageEncoding !== 'cdr' || schemaEncoding !== 'ros2msg') {
    return unsupported(`${topic} is ${messageEncoding} with a ${schemaEncoding} schema, which cannot be read yet`);
  }
  if (!isRos2SchemaName(schemaName))
    return unsupported(`${topic} has the type ${schemaName}, which is neither logs nor metrics`);
  if (schemaText !== ros2SchemaTexts[schemaName] && layoutOf(schemaText) !== layoutOf(ros2SchemaTexts[schemaName])) {
    return unsupported(`${topic} has a ${schemaName} whose fields are not those of the released type`);
  }
  const read = readerFor(schemaName, topic);
  return succeed({
    decode: (data, receivedNs) => {
      if (data.byteLength > messageBytesMax) return tooLarge(topic, data.byteLength);
      const records = read(data, receivedNs);
      return records === null ? undecodable(topic, schemaName, data.byteLength) : succeed(records);
    },
  });
}

type ReadRecords = (data: Uint8Array, receivedNs: bigint) => readonly DecodedMessage[] | null;

function readerFor(schemaName: Ros2SchemaName, topic: string): ReadRecords {
  switch (schemaName) {
    case ros2LogSchemaName:
      return (data, receivedNs) => {
        const record = readLog(data, topic, receivedNs);
        return record && [{ record, data }];
      };
    case ros2MetricDataSchemaName:
      return (data, receivedNs) => {
        const metric = readMetricData(data);
        return metric && [{ record: metricRecordOf(metric, topic, receivedNs), data }];
      };
    case ros2MetricListSchemaName:
      return (data, receivedNs) => {
        const metrics = readMetricList(data);
        return (
          metrics?.map((metric) => ({
            record: metricRecordOf(metric, topic, receivedNs),
            data: metrics.length === 1 ? data : writeMetricList([metric]),
          })) ?? null
        );
      };
    default:
      return unreachable(schemaName);
  }
}

/** What decides how a type's bytes lie: the fields of every definition with their types, in order. Null if it does not parse. */
function layoutOf(schemaText: string): string | null {
  try {
    const definitions = parse(schemaText, { ros2: true });
    return JSON.stringify(
      definitions
        .map(({ name, definitions: fields }, index) => [
          index === 0 ? '' : (name ?? ''),
          fields
            .filter((field) => field.isConstant !== true)
            .map((field) => [field.type, field.name, field.isArray === true, field.arrayLength ?? null]),
        ])
        .sort(([left], [right]) => String(left).localeCompare(String(right))),
    );
  } catch {
    return null;
  }
}

function unsupported(message: string): Result<never> {
  return fail(
    'unsupported-type',
    message,
    'Use topics of rcl_interfaces/msg/Log or ros_monitoring_msgs/msg/MetricList.',
  );
}

function undecodable(topic: string, schemaName: string, bytes: number): Result<never> {
  return fail(
    'undecodable',
    `${bytes} bytes on ${topic} are no ${schemaName}`,
    'Check that the robot and this laptop use the same version of the message package.',
  );
}

function tooLarge(topic: string, bytes: number): Result<never> {
  return fail(
    'message-too-large',
    `a message of ${bytes} bytes on ${topic} is above the limit of ${messageBytesMax} bytes`,
    'Have the node split what it sends, or take the topic off the list.',
  );
}
