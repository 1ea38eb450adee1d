import type { BagFile } from '../BagPart.js';
import { field, fieldsOf, operations, readRosbag1Record, type Rosbag1Record } from './readRosbag1Record.js';

/** A publisher's topic, as a bag has it. */
export interface Rosbag1Connection {
  readonly topic: string;
  readonly type: string;
  readonly definition: string;
}

/** What a recorder writes at the end of a bag when it closes it. */
export interface Rosbag1Index {
  /** By their numbers in the file. */
  readonly connections: ReadonlyMap<number, Rosbag1Connection>;
  /** In the order of the file. */
  readonly chunks: readonly {
    readonly at: number;
    /** How many messages of each connection are in it. */
    readonly messages: ReadonlyMap<number, number>;
  }[];
}

/** Null when there is none, or not a whole one. */
export async function readRosbag1Index(file: BagFile, bagHeader: Rosbag1Record): Promise<Rosbag1Index | null> {
  try {
    const connections = new Map<number, Rosbag1Connection>();
    const chunks: { readonly at: number; readonly messages: ReadonlyMap<number, number> }[] = [];
    const begin = Number(field(bagHeader.fields, 'index_pos').readBigUInt64LE(0));
    if (begin === 0) return null;
    for (let at = begin; at < file.bytes;) {
      const record = await readRosbag1Record(file, at);
      const data = await file.read(record.dataAt, record.dataBytes);
      if (record.operation === operations.connection) connections.set(...connectionOf({ ...record, data }));
      if (record.operation === operations.chunkInfo) {
        const place = Number(field(record.fields, 'chunk_pos').readBigUInt64LE(0));
        chunks.push({ at: place, messages: countsOf(data) });
      }
      at = record.end;
    }
    const isWhole =
      connections.size === field(bagHeader.fields, 'conn_count').readUInt32LE(0) &&
      chunks.length === field(bagHeader.fields, 'chunk_count').readUInt32LE(0);
    return isWhole ? { connections, chunks: chunks.sort((a, b) => a.at - b.at) } : null;
  } catch {
    return null;
  }
}

/** A connection record: its number, and what its data says of it. */
export function connectionOf({
  fields,
  data,
}: Rosbag1Record & { readonly data: Buffer }): readonly [number, Rosbag1Connection] {
  const told = fieldsOf(data);
  const connection = {
    topic: field(fields, 'topic').toString('utf8'),
    type: field(told, 'type').toString('utf8'),
    definition: field(told, 'message_definition').toString('utf8'),
  };
  return [field(fields, 'conn').readUInt32LE(0), connection];
}

function countsOf(data: Buffer): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (let at = 0; at < data.length; at += 8) counts.set(data.readUInt32LE(at), data.readUInt32LE(at + 4));
  return counts;
}
