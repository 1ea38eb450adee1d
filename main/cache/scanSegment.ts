import type { OpenFile } from './FileSystem.js';
import type { WindowMemory } from './ReadAheadFile.js';
import { checkHolds, groupOfStored, type SegmentGroup } from './SegmentGroup.js';
import { sharedGroup } from './sharedGroups.js';
import {
  type CheckedChunk,
  opcodes,
  readOuterChannel,
  readOuterSchema,
  recordHeadBytes,
  type StoredSchema,
} from './segmentBytes.js';
import { type DamagedBytes, type FoundChunk, walkChunks } from './walkChunks.js';

export interface ScanOutcome {
  readonly damages: readonly DamagedBytes[];
}

export interface ScanVisitor {
  group(channelId: number, schemaId: number, group: SegmentGroup): void;
  chunk(position: number, length: number, chunk: CheckedChunk): void;
}

export type ScanItem =
  | { readonly type: 'group'; readonly channelId: number; readonly schemaId: number; readonly group: SegmentGroup }
  | FoundChunk
  | ({ readonly type: 'damage' } & DamagedBytes);

/**
 * Goes over a segment with a visitor; see `walkSegment`. A visitor that keeps nothing of what it is told may have it read into
 * memory that is used again.
 */
export async function scanSegment(
  file: OpenFile,
  size: number,
  visitor: ScanVisitor,
  memory: WindowMemory | null = null,
): Promise<ScanOutcome> {
  const damages: DamagedBytes[] = [];
  for await (const item of walkSegment(file, size, memory)) {
    if (item.type === 'group') visitor.group(item.channelId, item.schemaId, item.group);
    else if (item.type === 'chunk') visitor.chunk(item.position, item.length, item.chunk);
    else damages.push({ position: item.position, length: item.length });
  }
  return { damages };
}

/** `walkChunks`, with the groups that the channels in and outside of the chunks stand for. */
export async function* walkSegment(
  file: OpenFile,
  size: number,
  memory: WindowMemory | null = null,
): AsyncGenerator<ScanItem, void, void> {
  const channels = new ChannelReader();
  for await (const item of walkChunks(file, size, memory)) {
    if (item.type === 'outside') yield* channels.outside(item.record, item.position);
    else {
      if (item.type === 'chunk') yield* channels.inChunk(item.chunk);
      yield item;
    }
  }
}

/** Finds the groups that channels stand for, those in chunks and the second copies outside. */
class ChannelReader {
  readonly #schemas = new Map<number, StoredSchema>();
  readonly #outerSchemas = new Map<number, StoredSchema>();

  *inChunk({ schemas, channels }: CheckedChunk): Generator<ScanItem, void, void> {
    for (const schema of schemas) this.#schemas.set(schema.id, schema);
    for (const channel of channels) {
      const schema = this.#schemas.get(channel.schemaId) ?? this.#outerSchemas.get(channel.schemaId);
      const found = groupOfStored(channel, schema);
      const group = found && sharedGroup(found);
      if (group !== null) yield { type: 'group', channelId: channel.id, schemaId: channel.schemaId, group };
    }
  }

  /** Second copies that do not hold are reported; nothing is lost by that while the first ones do. */
  *outside(record: Uint8Array, position: number): Generator<ScanItem, void, void> {
    const body = record.subarray(recordHeadBytes);
    if (record[0] === opcodes.schema) {
      const schema = readOuterSchema(body);
      if (schema !== null) this.#outerSchemas.set(schema.id, schema);
    } else if (record[0] === opcodes.channel) {
      const channel = readOuterChannel(body);
      if (channel === null) return;
      const known = [this.#outerSchemas.get(channel.schemaId), this.#schemas.get(channel.schemaId)];
      const schema = known.find((one) => one !== undefined && checkHolds(channel, one));
      const group = schema === undefined ? null : groupOfStored(channel, schema);
      if (group === null) yield { type: 'damage', position, length: record.byteLength };
      else yield { type: 'group', channelId: channel.id, schemaId: channel.schemaId, group: sharedGroup(group) };
    }
  }
}
