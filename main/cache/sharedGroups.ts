import type { Channel } from '../model/Channel.js';
import type { Destination } from '../model/Destination.js';
import type { SegmentGroup } from './SegmentGroup.js';

/**
 * Equal groups of different segments are one object in memory, and so are their channels and destinations: a thousand
 * segments say the same few things, and a schema's text alone has two thousand characters.
 */
const groups = new Map<string, SegmentGroup>();
const parts = new Map<string, { readonly id: number; readonly value: Channel | Destination }>();
/** More than so many, and sharing begins again. */
const sharedMax = 10_000;

export function sharedGroup({ channel, destination, kind, severity, origin }: SegmentGroup): SegmentGroup {
  const sharedChannel = sharedPart(channel);
  const sharedDestination = sharedPart(destination);
  const key = `${sharedChannel.id} ${sharedDestination.id} ${kind} ${severity ?? ''} ${origin}`;
  const known = groups.get(key);
  if (known !== undefined) return known;
  if (groups.size >= sharedMax) groups.clear();
  const group = { channel: sharedChannel.value, destination: sharedDestination.value, kind, severity, origin };
  groups.set(key, group);
  return group;
}

let nextId = 1;

function sharedPart<T extends Channel | Destination>(value: T): { readonly id: number; readonly value: T } {
  const key = JSON.stringify(value);
  const known = parts.get(key);
  // An equal text is an equal value, and so of the same type.
  if (known !== undefined) return known as { readonly id: number; readonly value: T };
  if (parts.size >= sharedMax) {
    parts.clear();
    groups.clear();
  }
  const part = { id: nextId++, value };
  parts.set(key, part);
  return part;
}
