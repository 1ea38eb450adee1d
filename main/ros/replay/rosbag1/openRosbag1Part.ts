import { fail, type Problem, type Result, succeed } from '../../../model/Problem.js';
import { channelOf, type ReadableChannel } from '../../foxglove/channelOf.js';
import { type BagFile, type BagPart, cutShort, whyOf, withSlash } from '../BagPart.js';
import { rosbag1Decompressor } from '../decompress.js';
import type { RecordedMessage } from '../Recording.js';
import { connectionOf, readRosbag1Index, type Rosbag1Connection, type Rosbag1Index } from './readRosbag1Index.js';
import {
  field,
  operations,
  readRosbag1Record,
  type RecordInFile,
  recordsIn,
  type Rosbag1Record,
} from './readRosbag1Record.js';

/**
 * A file of ROS 1's rosbag, version 2.0. With its index only the chunks that have wanted messages are read; one without, as a crash of the
 * recorder leaves it, is read from front to back. Messages come in the order of the file. Problems: `damaged`, `other-bag`.
 */
export async function openRosbag1Part(file: BagFile, begin: number): Promise<Result<BagPart>> {
  try {
    const header = await readRosbag1Record(file, begin);
    if (header.operation !== operations.bagHeader) throw new Error('it does not begin as a bag');
    const encryptor = header.fields.get('encryptor')?.toString('latin1') ?? '';
    if (encryptor !== '' && encryptor !== 'rosbag/NoEncryptor') {
      return fail(
        'other-bag',
        `${file.file} is encrypted (${encryptor})`,
        'Decrypt it with `rosbag decrypt BAG.bag`, where its key is.',
      );
    }
    const index = await readRosbag1Index(file, header);
    return succeed({
      ...{ file: file.file, facts: file.facts, close: () => file.close() },
      count: (wanted) => (index === null ? null : countOf(index, wanted)),
      async *read(wanted) {
        try {
          if (index === null) yield* readFrontToBack(file, header.end, wanted);
          else yield* readIndexed(file, index, wanted);
        } catch (error) {
          yield cutShort(file.file, whyOf(error), rescue);
        }
      },
    });
  } catch (error) {
    return fail('damaged', `${file.file} is a damaged ROS 1 bag: ${whyOf(error)}`, rescue);
  }
}

const rescue = '`rosbag reindex BAG.bag` may save more of the file.';

function countOf({ connections, chunks }: Rosbag1Index, wanted: ReadonlySet<string>): number {
  const readable = readableOf(connections, wanted);
  let count = 0;
  for (const { messages } of chunks) {
    for (const [connection, inChunk] of messages) count += readable.has(connection) ? inChunk : 0;
  }
  return count;
}

function readableOf(
  connections: Iterable<readonly [number, Rosbag1Connection]>,
  wanted: ReadonlySet<string>,
): ReadonlyMap<number, ReadableChannel> {
  const readable = new Map<number, ReadableChannel>();
  for (const [id, { topic, type, definition }] of connections) {
    if (!wanted.has(withSlash(topic))) continue;
    const known = channelOf({ id, topic, encoding: 'ros1', schemaName: type, schema: definition });
    if (known.ok) readable.set(id, known.value);
  }
  return readable;
}

async function* readIndexed(
  file: BagFile,
  { connections, chunks }: Rosbag1Index,
  wanted: ReadonlySet<string>,
): AsyncGenerator<RecordedMessage, void, void> {
  const readable = readableOf(connections, wanted);
  for (const { at, messages } of chunks) {
    if (![...messages.keys()].some((connection) => readable.has(connection))) continue;
    const chunk = await readRosbag1Record(file, at);
    if (chunk.operation !== operations.chunk) throw new Error(`there is no chunk at byte ${at}`);
    for (const record of recordsIn(await unpack(file, chunk))) {
      if (record.operation === operations.message) yield* recorded(record, readable);
    }
  }
}

/** What a recorder that crashed had written last is no chunk yet: its messages follow one another in the file. */
async function* readFrontToBack(
  file: BagFile,
  begin: number,
  wanted: ReadonlySet<string>,
): AsyncGenerator<RecordedMessage | Problem, void, void> {
  const readable = new Map<number, ReadableChannel>();
  for (let at = begin; at < file.bytes;) {
    const record = await readRosbag1Record(file, at);
    at = record.end;
    if (record.operation !== operations.chunk) {
      if (record.operation === operations.index) continue;
      yield* take({ ...record, data: await file.read(record.dataAt, record.dataBytes) }, readable, wanted);
    } else if (record.dataBytes > 0) {
      for (const inChunk of recordsIn(await unpack(file, record))) yield* take(inChunk, readable, wanted);
    }
  }
  yield cutShort(file.file, 'it was not closed, as after a crash of the recorder', rescue);
}

type WholeRecord = Rosbag1Record & { readonly data: Buffer };

function* take(
  record: WholeRecord,
  readable: Map<number, ReadableChannel>,
  wanted: ReadonlySet<string>,
): Generator<RecordedMessage, void, void> {
  if (record.operation === operations.message) yield* recorded(record, readable);
  if (record.operation !== operations.connection) return;
  for (const [id, known] of readableOf([connectionOf(record)], wanted)) readable.set(id, known);
}

async function unpack(file: BagFile, { fields, dataAt, dataBytes }: RecordInFile): Promise<Buffer> {
  const compression = field(fields, 'compression').toString('latin1');
  const decompress = await rosbag1Decompressor(compression);
  if (decompress === null) throw new Error(`its chunks are compressed with ${compression}, which no rosbag writes`);
  const unpacked = decompress(await file.read(dataAt, dataBytes), field(fields, 'size').readUInt32LE(0));
  return Buffer.from(unpacked.buffer, unpacked.byteOffset, unpacked.byteLength);
}

function* recorded(
  { fields, data }: WholeRecord,
  readable: ReadonlyMap<number, ReadableChannel>,
): Generator<RecordedMessage, void, void> {
  const known = readable.get(field(fields, 'conn').readUInt32LE(0));
  if (known === undefined) return;
  const time = field(fields, 'time');
  const loggedNs = BigInt(time.readUInt32LE(0)) * 1_000_000_000n + BigInt(time.readUInt32LE(4));
  // A copy: it is a piece of a whole chunk, which would be kept in memory with it.
  yield { channel: known.channel, loggedNs, data: Uint8Array.prototype.slice.call(data) };
}
