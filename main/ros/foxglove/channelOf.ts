import { decoderFor } from '../../codec/MessageDecoder.js';
import { foxgloveLogJsonSchema, jsonOfProtobufLog } from '../../codec/json/jsonOfProtobufLog.js';
import { foxgloveLogSchemaName } from '../../codec/json/readerForJson.js';
import type { Channel } from '../../model/Channel.js';
import { fail, type Result, succeed } from '../../model/Problem.js';
import type { AdvertisedChannel } from './foxgloveMessages.js';

/** A channel of the bridge that Tether can read. */
export interface ReadableChannel {
  readonly channel: Channel;
  /** What goes into the cache of a message's bytes; null for bytes that are no such message. */
  readonly convert: ((data: Uint8Array) => Uint8Array | null) | null;
}

/** Schema encodings that a server may leave out, by message encoding (ws-protocol's spec: "inferred"). */
const usualSchemaEncodings = { cdr: 'ros2msg', ros1: 'ros1msg', json: 'jsonschema' } as const;

/** Problem `unsupported-type` when neither logs nor metrics can be read from the channel; it says what it is. */
export function channelOf(advertised: AdvertisedChannel): Result<ReadableChannel> {
  const { topic, encoding, schemaName, schema } = advertised;
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
