import { McapWriter } from '@mcap/core';
import { compress, isLoaded } from '@foxglove/wasm-zstd';
import { destinationKey } from '../model/Destination.js';
import type { CachedRecord } from '../seams/Cache.js';
import type { ByteSink, ExportWriter } from './ExportWriter.js';

/** Uncompressed bytes of a chunk: what readers hold at once. */
const chunkBytes = 1024 * 1024;
/** Past this many channels the state's reason is left out of them: each refused record may have a reason of its own. */
const channelsWithReasonMax = 4096;
/** Channel numbers have two bytes. */
const channelsMax = 65_535;
const libraryName = 'tether export';

/**
 * An indexed MCAP file with the robot's own bytes, in zstd chunks with message indexes and a summary.
 *
 * Each of robot, topic, schema, destination, kind, severity, state, reason and origin that comes together is a channel of its own,
 * with these in its metadata (`tether.robot`, `tether.destination` as JSON, `tether.kind`, `tether.severity`, `tether.state`,
 * `tether.reason`, and `tether.origin` for what was imported). A message's log time is when it was received, its publish time the robot's own stamp, its sequence the
 * record's place in its segment.
 */
export class McapExportWriter implements ExportWriter {
  readonly #writer: McapWriter;
  readonly #schemas = new Map<string, number>();
  readonly #channels = new Map<string, number>();
  #started = false;

  private constructor(writer: McapWriter) {
    this.#writer = writer;
  }

  static async open(sink: ByteSink): Promise<McapExportWriter> {
    await isLoaded;
    let position = 0n;
    const writable = {
      write: async (data: Uint8Array): Promise<void> => {
        position += BigInt(data.byteLength);
        await sink.write(data);
      },
      position: (): bigint => position,
    };
    const compressChunk = (data: Uint8Array): { compression: string; compressedData: Uint8Array } => ({
      compression: 'zstd',
      compressedData: compress(data),
    });
    return new McapExportWriter(new McapWriter({ writable, chunkSize: chunkBytes, compressChunk }));
  }

  async add(robot: string, cached: CachedRecord): Promise<void> {
    if (!this.#started) await this.#start(profileOf(cached));
    const { address, record, data } = cached;
    await this.#writer.addMessage({
      channelId: await this.#channelOf(robot, cached),
      sequence: address.ordinal,
      logTime: storable(record.receivedNs),
      publishTime: storable(record.stampNs),
      data,
    });
  }

  async end(): Promise<void> {
    if (!this.#started) await this.#start('');
    await this.#writer.end();
  }

  async #start(profile: string): Promise<void> {
    this.#started = true;
    await this.#writer.start({ profile, library: libraryName });
  }

  async #channelOf(
    robot: string,
    { channel, destination, record, state, reason, origin }: CachedRecord,
  ): Promise<number> {
    const severity = record.kind === 'log' ? record.severity : '';
    const told = this.#channels.size < channelsWithReasonMax ? reason : '';
    const schemaId = await this.#schemaOf(channel.schemaName, channel.schemaEncoding, channel.schemaText);
    const { topic, messageEncoding } = channel;
    const parts = [robot, topic, messageEncoding, schemaId, destinationKey(destination), severity, state, told, origin];
    const key = JSON.stringify(parts);
    const known = this.#channels.get(key);
    if (known !== undefined) return known;
    const metadata = new Map([
      ['tether.robot', robot],
      ['tether.destination', JSON.stringify(destination)],
      ['tether.kind', record.kind],
      ['tether.state', state],
    ]);
    if (severity !== '') metadata.set('tether.severity', severity);
    if (told !== '') metadata.set('tether.reason', told);
    if (origin !== '') metadata.set('tether.origin', origin);
    if (this.#channels.size >= channelsMax) throw new Error(`an MCAP file has no more than ${channelsMax} channels`);
    const id = await this.#writer.registerChannel({ topic, schemaId, messageEncoding, metadata });
    this.#channels.set(key, id);
    return id;
  }

  async #schemaOf(name: string, encoding: string, text: string): Promise<number> {
    const key = JSON.stringify([name, encoding, text]);
    const known = this.#schemas.get(key);
    if (known !== undefined) return known;
    const id = await this.#writer.registerSchema({ name, encoding, data: new TextEncoder().encode(text) });
    this.#schemas.set(key, id);
    return id;
  }
}

/** MCAP's word for the conventions of the messages inside. */
function profileOf({ channel }: CachedRecord): string {
  switch (channel.messageEncoding) {
    case 'cdr':
      return 'ros2';
    case 'ros1':
      return 'ros1';
    case 'json':
      return '';
  }
}

/** MCAP has no times before 1970; the segments store 0 for them as well. */
function storable(ns: bigint): bigint {
  return ns < 0n ? 0n : ns;
}
