import { McapIndexedReader, McapStreamReader, type McapTypes } from '@mcap/core';
import type { NumericRule } from '../../model/NumericRule.js';
import type { Problem } from '../../model/Problem.js';
import { channelOf, type ReadableChannel } from '../foxglove/channelOf.js';
import { type BagFile, type BagPart, cutShort, whyOf, withSlash } from './BagPart.js';
import { decompressHandlers } from './decompress.js';
import { recordedItem } from './recordedItem.js';
import type { RecordedItem } from './Recording.js';

interface TopicChoice {
  readonly wanted: ReadonlySet<string>;
  readonly rules: readonly NumericRule[];
}

/** A file of MCAP. One without a whole summary, as a crash leaves it, is read from front to back. */
export async function openMcapPart(file: BagFile, rules: readonly NumericRule[]): Promise<BagPart> {
  const readable = {
    size: () => Promise.resolve(BigInt(file.bytes)),
    read: (offset: bigint, size: bigint): Promise<Uint8Array> => file.read(Number(offset), Number(size)),
  };
  const opened = await McapIndexedReader.Initialize({ readable, decompressHandlers }).catch(() => null);
  const indexed = isWhole(opened) ? opened : null;
  return {
    ...{ file: file.file, facts: file.facts, close: () => file.close() },
    count: (wanted) => (indexed === null ? null : countOf(indexed, { wanted, rules })),
    async *read(wanted) {
      try {
        yield* indexed === null ? readFrontToBack(file, { wanted, rules }) : readIndexed(indexed, { wanted, rules });
      } catch (error) {
        yield cutShort(file.file, whyOf(error), rescue);
      }
    },
  };
}

/** A file may end well and yet have no index of its chunks: then an indexed reader finds nothing in it. */
function isWhole(reader: McapIndexedReader | null): boolean {
  if (reader?.statistics === undefined) return false;
  return reader.chunkIndexes.length > 0 || reader.statistics.messageCount === 0n;
}

/** Null when the file has no statistics. */
function countOf(reader: McapIndexedReader, choice: TopicChoice): number | null {
  if (reader.statistics === undefined) return null;
  let count = 0;
  for (const id of readableIn(reader, choice).keys()) {
    count += Number(reader.statistics.channelMessageCounts.get(id) ?? 0n);
  }
  return count;
}

/** By the channels' ids. */
function readableIn(reader: McapIndexedReader, choice: TopicChoice): ReadonlyMap<number, ReadableChannel> {
  const readable = new Map<number, ReadableChannel>();
  for (const [id, channel] of reader.channelsById) {
    const known = readableOf(channel, reader.schemasById, choice);
    if (known !== null) readable.set(id, known);
  }
  return readable;
}

async function* readIndexed(reader: McapIndexedReader, choice: TopicChoice): AsyncGenerator<RecordedItem, void, void> {
  const readable = readableIn(reader, choice);
  const topics = [...new Set([...readable.values()].map(({ channel }) => channel.topic))];
  if (topics.length === 0) return;
  for await (const message of reader.readMessages({ topics, validateCrcs: true })) {
    const known = readable.get(message.channelId);
    if (known !== undefined) yield recorded(known, message);
  }
}

/** Messages in the order of the file, up to the last whole chunk. */
async function* readFrontToBack(
  file: BagFile,
  choice: TopicChoice,
): AsyncGenerator<RecordedItem | Problem, void, void> {
  const reader = new McapStreamReader({ decompressHandlers });
  const schemas = new Map<number, McapTypes.Schema>();
  const readable = new Map<number, ReadableChannel>();
  for (let position = 0; position < file.bytes; position += blockBytes) {
    reader.append(await file.read(position, Math.min(blockBytes, file.bytes - position)));
    for (let record = reader.nextRecord(); record !== undefined; record = reader.nextRecord()) {
      if (record.type === 'Schema') schemas.set(record.id, record);
      if (record.type === 'Channel') {
        const known = readableOf(record, schemas, choice);
        if (known !== null) readable.set(record.id, known);
      }
      if (record.type !== 'Message') continue;
      const known = readable.get(record.channelId);
      if (known !== undefined) yield recorded(known, record);
    }
  }
  if (!reader.done()) yield cutShort(file.file, 'it ends in the middle, as after a crash of the recorder', rescue);
}

function recorded(readable: ReadableChannel, message: McapTypes.Message): RecordedItem {
  // A copy: the reader's bytes are a piece of a whole chunk, which would be kept in memory with them.
  const data = Uint8Array.prototype.slice.call(message.data);
  return recordedItem(readable, data, message.logTime);
}

function readableOf(
  channel: McapTypes.Channel,
  schemas: ReadonlyMap<number, McapTypes.Schema>,
  choice: TopicChoice,
): ReadableChannel | null {
  const { topic, messageEncoding } = channel;
  if (!choice.wanted.has(withSlash(topic))) return null;
  const schema = schemas.get(channel.schemaId);
  const advertised = {
    ...{ id: channel.id, topic, encoding: messageEncoding },
    ...{ schemaName: schema?.name ?? '', schemaEncoding: schema?.encoding ?? '' },
    schema: Buffer.from(schema?.data ?? []).toString('utf8'),
  };
  const readable = channelOf(advertised, choice.rules);
  return readable.ok ? readable.value : null;
}

const rescue = '`mcap recover` may save more of the file.';

const blockBytes = 1024 * 1024;
