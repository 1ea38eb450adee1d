import type { BagFile } from '../BagPart.js';

/**
 * A record of a ROS 1 bag, version 2.0: uint32 length of the header, fields of `uint32 length, name=value`, uint32 length of the data,
 * data; all little-endian. Source: wiki.ros.org/Bags/Format/2.0.
 */
export interface Rosbag1Record {
  readonly operation: number;
  readonly fields: ReadonlyMap<string, Buffer>;
}

export const operations = { message: 2, bagHeader: 3, index: 4, chunk: 5, chunkInfo: 6, connection: 7 } as const;

/** A longer header is taken for damage; rosbag's own are some tens of bytes. */
const headerBytesMax = 1024 * 1024;

/** A record of the file, without its data. */
export interface RecordInFile extends Rosbag1Record {
  readonly dataAt: number;
  readonly dataBytes: number;
  /** Where the next record begins. */
  readonly end: number;
}

/** Throws where there is no record at this place. */
export async function readRosbag1Record(file: BagFile, at: number): Promise<RecordInFile> {
  const headerBytes = (await file.read(at, 4)).readUInt32LE(0);
  if (headerBytes > headerBytesMax) throw new Error(`there is no record at byte ${at}`);
  const fields = fieldsOf(await file.read(at + 4, headerBytes));
  const dataAt = at + 8 + headerBytes;
  const dataBytes = (await file.read(dataAt - 4, 4)).readUInt32LE(0);
  return { operation: operationOf(fields), fields, dataAt, dataBytes, end: dataAt + dataBytes };
}

/** The records one after another in a piece of memory, with their data. Throws for what is none. */
export function* recordsIn(bytes: Buffer): Generator<Rosbag1Record & { readonly data: Buffer }, void, void> {
  for (let at = 0; at < bytes.length;) {
    const header = take(bytes, at);
    const data = take(bytes, header.end);
    const fields = fieldsOf(header.piece);
    yield { operation: operationOf(fields), fields, data: data.piece };
    at = data.end;
  }
}

/** What is written as `uint32 length, name=value`, again and again. */
export function fieldsOf(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const fields = new Map<string, Buffer>();
  for (let at = 0; at < bytes.length;) {
    const { piece, end } = take(bytes, at);
    const equals = piece.indexOf('=');
    if (equals < 0) throw new Error('a header of a record is damaged');
    fields.set(piece.toString('latin1', 0, equals), piece.subarray(equals + 1));
    at = end;
  }
  return fields;
}

/** The value of a field that has to be there. */
export function field(fields: ReadonlyMap<string, Buffer>, name: string): Buffer {
  const value = fields.get(name);
  if (value === undefined) throw new Error(`a record has no ${name}`);
  return value;
}

function operationOf(fields: ReadonlyMap<string, Buffer>): number {
  return field(fields, 'op').readUInt8(0);
}

function take(bytes: Buffer, at: number): { readonly piece: Buffer; readonly end: number } {
  const start = at + 4;
  const end = start + bytes.readUInt32LE(at);
  if (end > bytes.length) throw new Error('a record is longer than what holds it');
  return { piece: bytes.subarray(start, end), end };
}
