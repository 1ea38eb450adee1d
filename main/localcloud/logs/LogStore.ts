import { LogStream, type Arrival } from './LogStream.js';
import { resourceAlreadyExists, resourceNotFound } from './logErrors.js';
import type { InputLogEvent } from './validatePutLogEvents.js';

export class LogGroup {
  readonly name: string;
  readonly creationTimeMs: number;
  retentionDays: number | undefined;
  readonly tags = new Map<string, string>();
  readonly streams = new Map<string, LogStream>();

  constructor(name: string, creationTimeMs: number) {
    this.name = name;
    this.creationTimeMs = creationTimeMs;
  }

  get storedBytes(): number {
    let bytes = 0;
    for (const stream of this.streams.values()) bytes += stream.messageBytes;
    return bytes;
  }
}

/** Groups, streams and their events. Knows nothing of the wire; throws AWS's errors for what is missing or there already. */
export class LogStore {
  readonly groups = new Map<string, LogGroup>();
  #nextSequence = 1;

  createGroup(name: string, creationTimeMs: number): LogGroup {
    if (this.groups.has(name)) throw resourceAlreadyExists('The specified log group already exists');
    return this.restoreGroup(name, creationTimeMs);
  }

  createStream(groupName: string, streamName: string, creationTimeMs: number): LogStream {
    const group = this.group(groupName);
    if (group.streams.has(streamName)) throw resourceAlreadyExists('The specified log stream already exists');
    return restoreStream(group, streamName, creationTimeMs);
  }

  group(name: string): LogGroup {
    const group = this.groups.get(name);
    if (group === undefined) throw resourceNotFound('The specified log group does not exist.');
    return group;
  }

  stream(groupName: string, streamName: string): LogStream {
    const stream = this.group(groupName).streams.get(streamName);
    if (stream === undefined) throw resourceNotFound('The specified log stream does not exist.');
    return stream;
  }

  deleteGroup(name: string): void {
    this.group(name);
    this.groups.delete(name);
  }

  /** Adds accepted events; gives the number of duplicates among them. */
  addEvents(stream: LogStream, events: readonly InputLogEvent[], arrival: Arrival, messageBytes: number): number {
    const firstSequence = this.#nextSequence;
    this.#nextSequence += events.length;
    return stream.add(events, firstSequence, arrival, messageBytes);
  }

  /** The group of that name, made where it is missing: how a stored line is read back. */
  restoreGroup(name: string, creationTimeMs: number): LogGroup {
    const there = this.groups.get(name);
    if (there !== undefined) return there;
    const group = new LogGroup(name, creationTimeMs);
    this.groups.set(name, group);
    return group;
  }

  restoreStream(groupName: string, streamName: string, creationTimeMs: number): LogStream {
    return restoreStream(this.restoreGroup(groupName, creationTimeMs), streamName, creationTimeMs);
  }

  /** Forgets the events of a store segment; gives how many there were. */
  evict(segment: number): number {
    let evicted = 0;
    for (const group of this.groups.values()) {
      for (const stream of group.streams.values()) evicted += stream.evict(segment);
    }
    return evicted;
  }
}

function restoreStream(group: LogGroup, name: string, creationTimeMs: number): LogStream {
  const there = group.streams.get(name);
  if (there !== undefined) return there;
  const stream = new LogStream(name, creationTimeMs);
  group.streams.set(name, stream);
  return stream;
}
