/**
 * The events of one log stream, in memory.
 *
 * Invariants: every event has a number (`sequence`) that grows in order of arrival; reading order is (timestamp,
 * sequence). Arrival is nearly always in reading order, so events are appended, and sorted only when a read finds that
 * they are not. Positions in tokens are (timestamp, sequence) pairs, not indices, so that late events do not shift them.
 */
import type { InputLogEvent } from './validatePutLogEvents.js';

/** What the events of one request share. */
export interface Arrival {
  readonly ingestionTimeMs: number;
  /** The store segment that holds them: it is evicted as a whole. */
  readonly segment: number;
}

export interface StoredLogEvent {
  readonly timestamp: number;
  readonly message: string;
  readonly sequence: number;
  readonly arrival: Arrival;
}

/** A place between two events. */
export interface EventPosition {
  readonly timestamp: number;
  readonly sequence: number;
}

export class LogStream {
  readonly name: string;
  readonly creationTimeMs: number;
  lastIngestionTimeMs: number | undefined;
  #events: StoredLogEvent[] = [];
  #sorted = true;
  /** Messages by timestamp: one message, or a set where several share the millisecond. To count duplicates exactly. */
  readonly #seen = new Map<number, string | Set<string>>();
  #messageBytes = 0;

  constructor(name: string, creationTimeMs: number) {
    this.name = name;
    this.creationTimeMs = creationTimeMs;
  }

  get messageBytes(): number {
    return this.#messageBytes;
  }

  get eventCount(): number {
    return this.#events.length;
  }

  /** Adds a request's accepted events; gives how many of them were already there (same timestamp, same message). */
  add(events: readonly InputLogEvent[], firstSequence: number, arrival: Arrival, messageBytes: number): number {
    let duplicates = 0;
    let sequence = firstSequence;
    let lastMs = this.#events.at(-1)?.timestamp ?? 0;
    for (const { timestamp, message } of events) {
      if (timestamp < lastMs) this.#sorted = false;
      lastMs = timestamp;
      if (!this.#remember(timestamp, message)) duplicates += 1;
      this.#events.push({ timestamp, message, sequence, arrival });
      sequence += 1;
    }
    this.#messageBytes += messageBytes;
    this.lastIngestionTimeMs = arrival.ingestionTimeMs;
    return duplicates;
  }

  /** All events in reading order. The array belongs to the stream: read it before the next `await`. */
  inOrder(): readonly StoredLogEvent[] {
    if (!this.#sorted) {
      this.#events.sort((a, b) => a.timestamp - b.timestamp || a.sequence - b.sequence);
      this.#sorted = true;
    }
    return this.#events;
  }

  /** Forgets the events of a store segment; gives how many there were. */
  evict(segment: number): number {
    const kept: StoredLogEvent[] = [];
    for (const event of this.#events) {
      if (event.arrival.segment !== segment) kept.push(event);
      else {
        this.#forget(event);
        this.#messageBytes -= Buffer.byteLength(event.message, 'utf8');
      }
    }
    const evicted = this.#events.length - kept.length;
    this.#events = kept;
    return evicted;
  }

  #remember(timestamp: number, message: string): boolean {
    const seen = this.#seen.get(timestamp);
    if (seen === undefined) {
      this.#seen.set(timestamp, message);
      return true;
    }
    if (typeof seen === 'string') {
      if (seen === message) return false;
      this.#seen.set(timestamp, new Set([seen, message]));
      return true;
    }
    if (seen.has(message)) return false;
    seen.add(message);
    return true;
  }

  #forget({ timestamp, message }: StoredLogEvent): void {
    const seen = this.#seen.get(timestamp);
    if (seen instanceof Set) {
      seen.delete(message);
      if (seen.size === 0) this.#seen.delete(timestamp);
    } else if (seen === message) this.#seen.delete(timestamp);
  }
}

/** Index of the first event that stands at or after a position. */
export function indexAtOrAfter(events: readonly StoredLogEvent[], position: EventPosition): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const event = events[middle];
    if (event !== undefined && comparePositions(event, position) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function comparePositions(a: EventPosition, b: EventPosition): number {
  return a.timestamp - b.timestamp || a.sequence - b.sequence;
}
