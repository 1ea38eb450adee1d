import type { Channel } from '../model/Channel.js';
import type { Destination } from '../model/Destination.js';
import type { SegmentGroup } from './SegmentGroup.js';

interface Part {
  readonly id: number;
  readonly key: string;
  readonly value: Channel | Destination;
}

/**
 * Equal groups of different segments are one object in memory, and so are their channels and destinations: a thousand
 * segments say the same few things, and a schema's text alone has two thousand characters.
 */
const groups = new Map<string, SegmentGroup>();
const parts = new Map<string, Part>();
/** By the objects that come again and again, so that no text is made for each. */
const partOf = new WeakMap<Channel | Destination, Part>();
/** More than so many, and sharing begins again. */
const sharedMax = 10_000;

export function sharedGroup({ channel, destination, kind, severity, origin }: SegmentGroup): SegmentGroup {
  const [channelId, sharedChannel] = sharedPart(channel);
  const [destinationId, sharedDestination] = sharedPart(destination);
  const key = `${channelId} ${destinationId} ${kind} ${severity ?? ''} ${origin}`;
  const known = groups.get(key);
  if (known !== undefined) return known;
  if (groups.size >= sharedMax) groups.clear();
  const group = { channel: sharedChannel, destination: sharedDestination, kind, severity, origin };
  groups.set(key, group);
  return group;
}

let nextId = 1;

function sharedPart<T extends Channel | Destination>(value: T): readonly [number, T] {
  const seen = partOf.get(value);
  const isShared = seen !== undefined && parts.get(seen.key) === seen;
  const part = isShared ? seen : partByText(value);
  if (!isShared) partOf.set(value, part);
  // An equal text is an equal value, and so of the same type.
  return [part.id, part.value as T];
}

function partByText(value: Channel | Destination): Part {
  const key = JSON.stringify(value);
  const known = parts.get(key);
  if (known !== undefined) return known;
  if (parts.size >= sharedMax) {
    parts.clear();
    groups.clear();
  }
  const part = { id: nextId++, key, value };
  parts.set(key, part);
  return part;
}
