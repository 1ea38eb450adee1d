import { decoderFor } from '../../codec/MessageDecoder.js';
import { encodeMetricList } from '../../codec/metricMessage.js';
import { numericReaderFor } from '../../codec/NumericReader.js';
import { numericTypeTexts } from '../../codec/numericTypes.js';
import { isRos2SchemaName, ros2MetricListChannel } from '../../codec/schemas.js';
import { unsupportedType } from '../../codec/unsupportedType.js';
import { layoutOf } from '../../codec/layoutOf.js';
import { foxgloveLogJsonSchema, jsonOfProtobufLog } from '../../codec/json/jsonOfProtobufLog.js';
import { foxgloveLogSchemaName } from '../../codec/json/readerForJson.js';
import type { Channel } from '../../model/Channel.js';
import type { NumericRule } from '../../model/NumericRule.js';
import { fail, type Result, succeed } from '../../model/Problem.js';
import type { AdvertisedChannel } from './foxgloveMessages.js';

/** A channel of the bridge that Tether can read. */
export interface ReadableChannel {
  readonly channel: Channel;
  /**
   * What goes into the cache of a message's bytes; null for bytes that are no such message. `atNs`: when it was received or recorded,
   * the time of a number that has none of its own.
   */
  readonly convert: ((data: Uint8Array, atNs: bigint) => Uint8Array | null) | null;
}

/** Schema encodings that a server may leave out, by message encoding (ws-protocol's spec: "inferred"). */
const usualSchemaEncodings = { cdr: 'ros2msg', ros1: 'ros1msg', json: 'jsonschema' } as const;

/**
 * Problem `unsupported-type` when neither logs nor metrics can be read from the channel; it says what it is. `rules`: of all topics, by
 * which numbers of ROS 2 types become metrics.
 */
export function channelOf(advertised: AdvertisedChannel, rules: readonly NumericRule[] = []): Result<ReadableChannel> {
  const { topic, encoding, schemaName, schema } = advertised;
  const numeric = numericChannelOf(advertised, rules);
  if (numeric !== null) return numeric;
  if (encoding === 'protobuf' && schemaName === foxgloveLogSchemaName) {
    const channel: Channel = {
      topic,
      messageEncoding: 'json',
      schemaName,
      schemaEncoding: 'jsonschema',
      schemaText: foxgloveLogJsonSchema,
    };
    return succeed({ channel, convert: jsonOfProtobufLog });
  }
  if (encoding !== 'cdr' && encoding !== 'ros1' && encoding !== 'json') {
    return fail(
      'unsupported-type',
      `${topic} is ${schemaName || 'of no named type'} in ${encoding}, which Tether cannot read`,
      'Logs and metrics are read in cdr, ros1 and json, and foxglove.Log also in protobuf.',
    );
  }
  const usual = usualSchemaEncodings[encoding];
  const written = advertised.schemaEncoding ?? '';
  if (written !== '' && written !== usual) {
    return fail(
      'unsupported-type',
      `${topic} describes its type as ${written}, not as ${usual}`,
      `Have the bridge send ${usual} schemas.`,
    );
  }
  const channel: Channel = {
    topic,
    messageEncoding: encoding,
    schemaName,
    schemaEncoding: usual,
    schemaText: schema,
  };
  const decoder = decoderFor(channel);
  return decoder.ok ? succeed({ channel, convert: null }) : decoder;
}

/** Null for a topic without a rule, and for one that is logs or metrics already. */
function numericChannelOf(
  { topic, encoding, schemaName, schema }: AdvertisedChannel,
  rules: readonly NumericRule[],
): Result<ReadableChannel> | null {
  const full = topic.startsWith('/') ? topic : `/${topic}`;
  const ofTopic = rules.filter((rule) => rule.topic === full);
  const [first] = ofTopic;
  if (first === undefined || isRos2SchemaName(schemaName)) return null;
  const [fitting, ...more] = ofTopic.filter((rule) => rule.schemaName === schemaName);
  if (fitting === undefined || encoding !== 'cdr') {
    return fail(
      'unsupported-type',
      `${topic} is ${schemaName || 'of no named type'} in ${encoding}, where numeric_topics reads ${first.schemaName} in cdr`,
      'Write the type that the robot has into numeric_topics; numbers are read of ROS 2 types in cdr.',
    );
  }
  const released = numericTypeTexts[fitting.schemaName];
  if (schema !== '' && layoutOf(schema, 'ros2') !== layoutOf(released, 'ros2')) {
    return unsupportedType(`${topic} has a ${schemaName} whose fields are not those of the released type`);
  }
  const reader = numericReaderFor(fitting, ...more);
  return succeed({
    channel: ros2MetricListChannel(topic),
    convert: (data, atNs) => {
      const list = reader.read(data, atNs);
      // Bytes that are not of the type are handed on as none at all: as they are they might be taken for a list.
      return list === 'empty' ? emptyList : (list ?? noBytes);
    },
  });
}

const emptyList = encodeMetricList([]);
const noBytes = new Uint8Array(0);
