import type { Channel } from '../model/Channel.js';
import { fail, type Result, succeed } from '../model/Problem.js';
import { unreachable } from '../model/unreachable.js';
import { readerForJson } from './json/readerForJson.js';
import { layoutOf } from './layoutOf.js';
import { readLog } from './logMessage.js';
import { metricRecordOf, readMetricData, readMetricList, writeMetricList } from './metricMessage.js';
import type { DecodedMessage, ReadRecords } from './ReadRecords.js';
import { readerForRos1 } from './ros1/readerForRos1.js';
import {
  isRos2SchemaName,
  ros2LogSchemaName,
  ros2MetricDataSchemaName,
  ros2MetricListSchemaName,
  type Ros2SchemaName,
  ros2SchemaTexts,
} from './schemas.js';
import { unsupportedType } from './unsupportedType.js';

export type { DecodedMessage } from './ReadRecords.js';

/**
 * From a message's bytes to records.
 *
 * A record is one log message or one metric value, and one message on disk is one record. So a MetricList of n metrics
 * becomes n lists of one metric, written again in the same encoding: the type stays what the channel says and the message can be
 * played back. A Log, a MetricData and a list of one keep their exact bytes. An empty list gives no record.
 *
 * Decoding never throws, whatever the bytes.
 */
export interface MessageDecoder {
  /** Problem `undecodable` when the bytes are no such message, `message-too-large` when they are above the limit. */
  decode(data: Uint8Array, receivedNs: bigint): Result<readonly DecodedMessage[]>;
}

/** Largest message that is looked at. */
export const messageBytesMax = 16 * 1024 * 1024;

/** A decoder for the channel; Problem `unsupported-type` for what Tether cannot read. Hold it: making one parses the schema. */
export function decoderFor(channel: Channel): Result<MessageDecoder> {
  const { topic, schemaName } = channel;
  const reader = readerOf(channel);
  if (!reader.ok) return reader;
  const read = reader.value;
  return succeed({
    decode: (data, receivedNs) => {
      if (data.byteLength > messageBytesMax) return tooLarge(topic, data.byteLength);
      const records = read(data, receivedNs);
      return records === null ? undecodable(topic, schemaName, data.byteLength) : succeed(records);
    },
  });
}

function readerOf(channel: Channel): Result<ReadRecords> {
  const { topic, messageEncoding, schemaEncoding } = channel;
  const wanted = schemaEncodings[messageEncoding];
  if (schemaEncoding !== wanted)
    return unsupportedType(`${topic} is ${messageEncoding} with a ${schemaEncoding} schema, not a ${wanted} one`);
  switch (messageEncoding) {
    case 'cdr':
      return readerForRos2(channel);
    case 'ros1':
      return readerForRos1(channel);
    case 'json':
      return readerForJson(channel);
    default:
      return unreachable(messageEncoding);
  }
}

const schemaEncodings = { cdr: 'ros2msg', ros1: 'ros1msg', json: 'jsonschema' } as const;

function readerForRos2({ topic, schemaName, schemaText }: Channel): Result<ReadRecords> {
  if (!isRos2SchemaName(schemaName))
    return unsupportedType(`${topic} has the type ${schemaName}, which is neither logs nor metrics`);
  const released = ros2SchemaTexts[schemaName];
  if (schemaText !== released && layoutOf(schemaText, 'ros2') !== layoutOf(released, 'ros2')) {
    return unsupportedType(`${topic} has a ${schemaName} whose fields are not those of the released type`);
  }
  return succeed(readerFor(schemaName, topic));
}

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
