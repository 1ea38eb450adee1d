import { LogParts } from '../codec/LogParts.js';
import { decoderFor, messageBytesMax, type MessageDecoder } from '../codec/MessageDecoder.js';
import { MetricParts } from '../codec/MetricParts.js';
import { ros2LogSchemaName, ros2MetricDataSchemaName, ros2MetricListSchemaName } from '../codec/schemas.js';
import type { Channel } from '../model/Channel.js';
import type { Result } from '../model/Problem.js';
import { fail, succeed } from '../model/Problem.js';
import type { TetherRecord } from '../model/Record.js';
import type { SegmentGroup } from './SegmentGroup.js';
import type { MessageTable } from './MessageTable.js';
import { messageAt, type StoredMessage, viewOf } from './segmentBytes.js';

/** A chunk's messages, or those of them that may be wanted. */
export class ReadChunk {
  readonly table: MessageTable;
  /** What the messages' places count in. */
  readonly bytes: Uint8Array;
  /** Only messages that a sieve let through are in it. */
  readonly sieved: boolean;
  readonly #view: DataView;

  constructor(table: MessageTable, bytes: Uint8Array, sieved: boolean) {
    this.table = table;
    this.bytes = bytes;
    this.sieved = sieved;
    this.#view = viewOf(bytes);
  }

  at(place: number): StoredMessage {
    return messageAt(this.#view, this.table, place);
  }

  /** The lower and the higher half of a message's stamp. */
  stampLow(place: number): number {
    return this.#view.getUint32((this.table.dataStarts[place] ?? 0) - 8, true);
  }

  stampHigh(place: number): number {
    return this.#view.getInt32((this.table.dataStarts[place] ?? 0) - 4, true);
  }

  dataOf({ dataStart, dataEnd }: StoredMessage): Uint8Array {
    return this.bytes.subarray(dataStart, dataEnd);
  }

  /** Where the record is in the table; -1 when it is not there. */
  placeOf(ordinal: number): number {
    const { ordinals, length } = this.table;
    const guess = ordinal - (ordinals[0] ?? 0);
    return ordinals[guess] === ordinal && guess < length ? guess : ordinals.subarray(0, length).indexOf(ordinal);
  }
}

/** Decodes stored messages, with one decoder for each of the channels seen. */
export class StoredDecoder {
  readonly #decoders = new Map<string, Result<MessageDecoder>>();
  readonly #logParts = new LogParts();
  readonly #metricParts = new MetricParts();
  /** By the objects that come again and again, so that no key is made for each record. */
  readonly #byChannel = new WeakMap<Channel, Result<MessageDecoder>>();

  decode({ channel }: Pick<SegmentGroup, 'channel'>, data: Uint8Array, receivedNs: bigint): Result<TetherRecord> {
    const decoder = this.#byChannel.get(channel) ?? this.#decoderOf(channel);
    if (!decoder.ok) return decoder;
    const decoded = decoder.value.decode(data, receivedNs);
    if (!decoded.ok) return decoded;
    const record = decoded.value[0]?.record;
    return record === undefined
      ? fail('undecodable', `a message on ${channel.topic} holds no record`, 'Export the cache and look at the bytes.')
      : succeed(record);
  }

  /** Quickly: can it surely be decoded? False says nothing. */
  looksWhole({ channel }: SegmentGroup, bytes: Uint8Array, from: number, to: number): boolean {
    if (channel.messageEncoding !== 'cdr' || to - from > messageBytesMax) return false;
    const decoder = this.#byChannel.get(channel) ?? this.#decoderOf(channel);
    if (!decoder.ok) return false;
    switch (channel.schemaName) {
      case ros2LogSchemaName:
        return this.#logParts.find(bytes, from, to);
      case ros2MetricDataSchemaName:
        return this.#metricParts.find(bytes, false, from, to);
      case ros2MetricListSchemaName:
        return this.#metricParts.find(bytes, true, from, to);
      default:
        return false;
    }
  }

  #decoderOf(channel: Channel): Result<MessageDecoder> {
    const key = `${channel.topic}\n${channel.schemaName}\n${channel.messageEncoding}\n${channel.schemaText}`;
    let decoder = this.#decoders.get(key);
    if (decoder === undefined) this.#decoders.set(key, (decoder = decoderFor(channel)));
    this.#byChannel.set(channel, decoder);
    return decoder;
  }
}

/** Shown in place of a record whose bytes cannot be decoded here, so that it is not hidden. */
export function undecodedRecord(group: SegmentGroup, stampNs: bigint, receivedNs: bigint, words: string): TetherRecord {
  const { topic } = group.channel;
  if (group.kind === 'metric') {
    return { kind: 'metric', stampNs, receivedNs, name: `(${words})`, unit: '', value: NaN, dimensions: [], topic };
  }
  return {
    kind: 'log',
    stampNs,
    receivedNs,
    severity: group.severity ?? 'INFO',
    node: '',
    message: `(${words})`,
    file: '',
    function: '',
    line: 0,
    topic,
    nodeTopics: [],
  };
}
