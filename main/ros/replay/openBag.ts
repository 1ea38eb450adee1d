import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { McapIndexedReader, McapStreamReader, type McapTypes } from '@mcap/core';
import { fail, type Problem, type Result, succeed } from '../../model/Problem.js';
import { channelOf, type ReadableChannel } from '../foxglove/channelOf.js';
import { decompressHandlers } from './decompress.js';
import type { RecordedMessage, Recording } from './Recording.js';

export interface BagOptions {
  /** An MCAP file, or a folder of them, as rosbag2 makes it. */
  readonly place: string;
  /** Topics that are wanted, with or without the slash in front. */
  readonly topics: readonly string[];
}

/** MCAP's magic, and the first bytes of what people take for a bag: each has another next step. */
const mcapMagic = Buffer.from([0x89, 0x4d, 0x43, 0x41, 0x50, 0x30, 0x0d, 0x0a]);
const rosbag1Magic = Buffer.from('#ROSBAG V2.0');
const sqliteMagic = Buffer.from('SQLite format 3\0');

/**
 * A bag in MCAP: one file, or rosbag2's folder with its parts in the order of their names. Problems: `no-such-file`,
 * `unreadable`, `no-bag`, `other-bag`.
 */
export async function openBag({ place, topics }: BagOptions): Promise<Result<Recording>> {
  const found = await partsOf(place);
  if (!found.ok) return found;
  const parts: Part[] = [];
  for (const file of found.value) {
    const part = await openPart(file);
    if (!part.ok) {
      await closeAll(parts);
      return part;
    }
    parts.push(part.value);
  }
  const wanted = new Set(topics.map(withSlash));
  const identity = JSON.stringify([place, [...wanted].sort(), parts.map(({ file, facts }) => [file, facts])]);
  return succeed({
    identity,
    messages: countOf(parts, wanted),
    read: () => readParts(parts, wanted),
    close: () => closeAll(parts),
  });
}

interface Part {
  readonly file: string;
  /** Size and time of change. */
  readonly facts: readonly number[];
  readonly handle: FileHandle;
  readonly bytes: number;
  /** Null for a file without a whole summary, as a crash leaves it: it is read from front to back. */
  readonly indexed: McapIndexedReader | null;
}

async function partsOf(place: string): Promise<Result<readonly string[]>> {
  try {
    if (!(await stat(place)).isDirectory()) return succeed([place]);
    const names = (await readdir(place)).sort(byNumber);
    const parts = names.filter((name) => name.endsWith('.mcap'));
    if (parts.length > 0) return succeed(parts.map((name) => path.join(place, name)));
    const database = names.find((name) => name.endsWith('.db3'));
    if (database !== undefined) return otherBag(path.join(place, database), 'SQLite');
    const nextStep = 'Choose a .mcap file, the folder of a ROS 2 bag, or a folder of cwlog files.';
    return fail('no-bag', `${place} has no .mcap file in it`, nextStep);
  } catch (error) {
    return cannotRead(place, error);
  }
}

/** rosbag2 numbers the parts of a bag without leading zeros: bag_2 comes before bag_10. */
function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

async function openPart(file: string): Promise<Result<Part>> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    return cannotRead(file, error);
  }
  const { size: bytes, mtimeMs } = await handle.stat();
  const start = Buffer.alloc(sqliteMagic.length);
  await handle.read(start, 0, start.length, 0);
  if (!start.subarray(0, mcapMagic.length).equals(mcapMagic)) {
    await handle.close();
    if (start.subarray(0, rosbag1Magic.length).equals(rosbag1Magic)) return otherBag(file, 'ROS 1');
    if (start.equals(sqliteMagic)) return otherBag(file, 'SQLite');
    return fail('no-bag', `${file} is no MCAP file`, 'Choose a .mcap file, or the folder of a ROS 2 bag.');
  }
  const readable = {
    size: () => Promise.resolve(BigInt(bytes)),
    read: async (offset: bigint, size: bigint): Promise<Uint8Array> => {
      const buffer = new Uint8Array(Number(size));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, Number(offset));
      if (bytesRead < buffer.length) throw new Error(`the file ends at byte ${Number(offset) + bytesRead}`);
      return buffer;
    },
  };
  const indexed = await McapIndexedReader.Initialize({ readable, decompressHandlers }).catch(() => null);
  return succeed({ file, facts: [bytes, mtimeMs], handle, bytes, indexed: isWhole(indexed) ? indexed : null });
}

/** A file may end well and yet have no index of its chunks: then an indexed reader finds nothing in it. */
function isWhole(reader: McapIndexedReader | null): boolean {
  if (reader?.statistics === undefined) return false;
  return reader.chunkIndexes.length > 0 || reader.statistics.messageCount === 0n;
}

async function closeAll(parts: readonly Part[]): Promise<void> {
  await Promise.all(parts.map(({ handle }) => handle.close()));
}

/** Null when a part has no statistics. */
function countOf(parts: readonly Part[], wanted: ReadonlySet<string>): number | null {
  let count = 0;
  for (const { indexed } of parts) {
    if (indexed?.statistics === undefined) return null;
    for (const [id, channel] of indexed.channelsById) {
      if (readableOf(channel, indexed.schemasById, wanted) === null) continue;
      count += Number(indexed.statistics.channelMessageCounts.get(id) ?? 0n);
    }
  }
  return count;
}

async function* readParts(
  parts: readonly Part[],
  wanted: ReadonlySet<string>,
): AsyncGenerator<RecordedMessage | Problem, void, void> {
  for (const part of parts) {
    try {
      yield* part.indexed === null ? readFrontToBack(part, wanted) : readIndexed(part.indexed, wanted);
    } catch (error) {
      yield cutShort(part.file, error instanceof Error ? error.message : String(error));
      return;
    }
  }
}

async function* readIndexed(
  reader: McapIndexedReader,
  wanted: ReadonlySet<string>,
): AsyncGenerator<RecordedMessage, void, void> {
  const readable = new Map<number, ReadableChannel>();
  for (const [id, channel] of reader.channelsById) {
    const known = readableOf(channel, reader.schemasById, wanted);
    if (known !== null) readable.set(id, known);
  }
  const topics = [...new Set([...readable.values()].map(({ channel }) => channel.topic))];
  if (topics.length === 0) return;
  for await (const message of reader.readMessages({ topics, validateCrcs: true })) {
    const known = readable.get(message.channelId);
    if (known !== undefined) yield recorded(known, message);
  }
}

/** Messages in the order of the file, up to the last whole chunk. */
async function* readFrontToBack(
  { handle, file, bytes }: Part,
  wanted: ReadonlySet<string>,
): AsyncGenerator<RecordedMessage | Problem, void, void> {
  const reader = new McapStreamReader({ decompressHandlers });
  const schemas = new Map<number, McapTypes.Schema>();
  const readable = new Map<number, ReadableChannel>();
  for (let position = 0; position < bytes;) {
    const block = new Uint8Array(Math.min(blockBytes, bytes - position));
    const { bytesRead } = await handle.read(block, 0, block.length, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    reader.append(block.subarray(0, bytesRead));
    for (let record = reader.nextRecord(); record !== undefined; record = reader.nextRecord()) {
      if (record.type === 'Schema') schemas.set(record.id, record);
      if (record.type === 'Channel') {
        const known = readableOf(record, schemas, wanted);
        if (known !== null) readable.set(record.id, known);
      }
      if (record.type !== 'Message') continue;
      const known = readable.get(record.channelId);
      if (known !== undefined) yield recorded(known, record);
    }
  }
  if (!reader.done()) yield cutShort(file, 'it ends in the middle, as after a crash of the recorder');
}

function recorded({ channel, convert }: ReadableChannel, message: McapTypes.Message): RecordedMessage {
  // A copy: the reader's bytes are a piece of a whole chunk, which would be kept in memory with them.
  const data = Uint8Array.prototype.slice.call(message.data);
  return { channel, loggedNs: message.logTime, data: convert === null ? data : (convert(data) ?? data) };
}

function readableOf(
  channel: McapTypes.Channel,
  schemas: ReadonlyMap<number, McapTypes.Schema>,
  wanted: ReadonlySet<string>,
): ReadableChannel | null {
  const { topic, messageEncoding } = channel;
  if (!wanted.has(withSlash(topic))) return null;
  const schema = schemas.get(channel.schemaId);
  const readable = channelOf({
    id: channel.id,
    topic,
    encoding: messageEncoding,
    schemaName: schema?.name ?? '',
    schemaEncoding: schema?.encoding ?? '',
    schema: Buffer.from(schema?.data ?? []).toString('utf8'),
  });
  return readable.ok ? readable.value : null;
}

function withSlash(topic: string): string {
  return topic.startsWith('/') ? topic : `/${topic}`;
}

function cutShort(file: string, why: string): Problem {
  return {
    code: 'cut-short',
    message: `${file} cannot be read to its end: ${why}`,
    nextStep: 'What came before is taken in. `mcap recover` may save more of the file.',
  };
}

function cannotRead(place: string, error: unknown): Result<never> {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ENOENT') return fail('no-such-file', `there is no ${place}`, 'Check `replay_path` in the robot file.');
  return fail('unreadable', `${place} cannot be read (${String(error)})`, 'Give yourself the right to read it.');
}

function otherBag(file: string, kind: 'SQLite' | 'ROS 1'): Result<never> {
  const convert =
    kind === 'SQLite'
      ? 'Convert it to MCAP: `mcap convert BAG.db3 BAG.mcap`, or `ros2 bag convert`.'
      : 'Convert it to MCAP: `mcap convert BAG.bag BAG.mcap`.';
  return fail('other-bag', `${file} is a ${kind} bag, which is not read directly`, convert);
}

const blockBytes = 1024 * 1024;
