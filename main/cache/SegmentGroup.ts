import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { Channel } from '../model/Channel.js';
import { destinationKey, type Destination } from '../model/Destination.js';
import type { RecordKind } from '../model/Record.js';
import { severities, type Severity } from '../model/Severity.js';
import type { RecordToCache } from '../seams/Cache.js';
import type { StoredChannel, StoredSchema } from './segmentBytes.js';

/**
 * Records of a segment that share robot channel, destination, kind, severity and origin. Each group is an MCAP channel of its
 * own (several with one topic), so that what must be known of a record without decoding it stands in its channel's
 * metadata: that is how a segment found after a crash, even one being written, can be summed up.
 */
export interface SegmentGroup {
  readonly channel: Channel;
  readonly destination: Destination;
  readonly kind: RecordKind;
  readonly severity: Severity | null;
  /** Empty for what came live: see RecordToCache. */
  readonly origin: string;
}

const accountSchema = z.object({
  cloud: z.enum(['aws', 'local']),
  region: z.string(),
  profile: z.string(),
  endpoint: z.string(),
});

export const destinationSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('log'), account: accountSchema, group: z.string(), stream: z.string() }),
  z.object({ kind: z.literal('metric'), account: accountSchema, namespace: z.string() }),
]);

export const channelSchema = z.object({
  topic: z.string(),
  messageEncoding: z.enum(['cdr', 'ros1', 'json']),
  schemaName: z.string(),
  schemaEncoding: z.enum(['ros2msg', 'ros1msg', 'jsonschema']),
  schemaText: z.string(),
});

/** A group as the segment's summary has it. */
export const segmentGroupSchema = z.object({
  channel: channelSchema,
  destination: destinationSchema,
  kind: z.enum(['log', 'metric']),
  severity: z.enum(severities).nullable(),
  origin: z.string().default(''),
});

/** Names of the metadata that Tether puts on a channel. */
const robotName = 'tether.robot';
const destinationName = 'tether.destination';
const kindName = 'tether.kind';
const severityName = 'tether.severity';
const checkName = 'tether.check';
const originName = 'tether.origin';

export function groupMetadata(group: SegmentGroup, robot: string): Map<string, string> {
  const metadata = new Map([
    [robotName, robot],
    [destinationName, JSON.stringify(group.destination)],
    [kindName, group.kind],
  ]);
  if (group.severity !== null) metadata.set(severityName, group.severity);
  if (group.origin !== '') metadata.set(originName, group.origin);
  return metadata;
}

/**
 * A checksum over all that a channel and its schema say, kept as one more entry of the channel's metadata: channels stand
 * a second time outside of the chunks, where no CRC of MCAP's covers them.
 */
export function withCheck(channel: StoredChannel, schema: StoredSchema): StoredChannel {
  return { ...channel, metadata: new Map([...channel.metadata, [checkName, checkOf(channel, schema)]]) };
}

export function checkHolds(channel: StoredChannel, schema: StoredSchema): boolean {
  return channel.metadata.get(checkName) === checkOf(channel, schema);
}

function checkOf({ id, schemaId, topic, messageEncoding, metadata }: StoredChannel, schema: StoredSchema): string {
  const said = [...metadata].filter(([name]) => name !== checkName);
  const { id: schemaNumber, name, encoding, text } = schema;
  const words = JSON.stringify([id, schemaId, topic, messageEncoding, said, schemaNumber, name, encoding, text]);
  return crc32(words).toString(16).padStart(8, '0');
}

/** The group behind a channel that was read from a segment, or null when it is not one of ours. */
export function groupOfStored(channel: StoredChannel, schema: StoredSchema | undefined): SegmentGroup | null {
  if (schema === undefined) return null;
  const parsed = segmentGroupSchema.safeParse({
    channel: {
      topic: channel.topic,
      messageEncoding: channel.messageEncoding,
      schemaName: schema.name,
      schemaEncoding: schema.encoding,
      schemaText: schema.text,
    },
    destination: parseJson(channel.metadata.get(destinationName) ?? ''),
    kind: channel.metadata.get(kindName),
    severity: channel.metadata.get(severityName) ?? null,
    origin: channel.metadata.get(originName) ?? '',
  });
  return parsed.success ? parsed.data : null;
}

export function groupOfRecord(record: RecordToCache): SegmentGroup {
  const { channel, destination, kind, severity, origin } = record;
  return { channel, destination, kind, severity, origin };
}

/**
 * Finds the number of a record's group without making a text for each record: the objects that a source hands over are
 * the same ones again and again.
 */
export class GroupTable {
  readonly groups: SegmentGroup[] = [];
  readonly #byKey = new Map<string, number>();
  #lastRecord: RecordToCache | null = null;
  #lastNumber = 0;
  readonly #byObjects = new Map<Channel, Map<Destination, Map<string, number>>>();

  numberOf(record: RecordToCache): number {
    const last = this.#lastRecord;
    const same =
      last !== null &&
      last.channel === record.channel &&
      last.destination === record.destination &&
      last.severity === record.severity &&
      last.kind === record.kind &&
      last.origin === record.origin;
    if (same) return this.#lastNumber;
    this.#lastRecord = record;
    this.#lastNumber = this.#numberByObjects(record);
    return this.#lastNumber;
  }

  /** The number of an equal group, added when there is none. */
  add(group: SegmentGroup): number {
    const { channel, destination, kind, severity, origin } = group;
    const key = JSON.stringify([Object.values(channel), destinationKey(destination), kind, severity, origin]);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    this.#byKey.set(key, this.groups.length);
    return this.groups.push(group) - 1;
  }

  #numberByObjects(record: RecordToCache): number {
    // A source that made new objects for each record would fill this table: begin again then.
    if (this.#byObjects.size > 1000) this.#byObjects.clear();
    let byDestination = this.#byObjects.get(record.channel);
    if (byDestination === undefined)
      this.#byObjects.set(record.channel, (byDestination = new Map<Destination, Map<string, number>>()));
    if (byDestination.size > 1000) byDestination.clear();
    let byRest = byDestination.get(record.destination);
    if (byRest === undefined) byDestination.set(record.destination, (byRest = new Map<string, number>()));
    const rest = `${record.kind} ${record.severity ?? ''} ${record.origin}`;
    let number = byRest.get(rest);
    if (number === undefined) byRest.set(rest, (number = this.add(groupOfRecord(record))));
    return number;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
