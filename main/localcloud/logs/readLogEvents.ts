/**
 * Reading log events in pages: GetLogEvents (one stream, both ways) and FilterLogEvents (several streams, merged).
 *
 * A page ends at its event limit or at 1 MB of messages, whichever comes first (AWS GetLogEvents API reference). A page
 * always holds at least one event where there is one, so that a reader makes progress.
 */
import {
  comparePositions,
  indexAtOrAfter,
  type EventPosition,
  type LogStream,
  type StoredLogEvent,
} from './LogStream.js';
import { invalidParameter } from './logErrors.js';
import { LOG_EVENT_OVERHEAD_BYTES, READ_BYTES_MAX } from './logLimits.js';
import type { MessageFilter } from './parseFilterPattern.js';

/** Times in ms, `fromMs` inclusive, `untilMs` exclusive. */
export interface ReadRange {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface StreamPage {
  readonly events: readonly StoredLogEvent[];
  readonly nextForwardToken: string;
  readonly nextBackwardToken: string;
}

/** One page of one stream. A token of an earlier page decides place and direction. Throws InvalidParameterException. */
export function readStreamPage(
  stream: LogStream,
  range: ReadRange,
  limit: number,
  startFromHead: boolean,
  token: string | undefined,
): StreamPage {
  const all = stream.inOrder();
  const low = indexAtOrAfter(all, { timestamp: range.fromMs, sequence: 0 });
  const high = Math.max(low, indexAtOrAfter(all, { timestamp: range.untilMs, sequence: 0 }));
  const place = token === undefined ? undefined : parseStreamToken(token);
  const forward = place === undefined ? startFromHead : place.forward;
  const at = place === undefined ? (forward ? low : high) : clamp(indexAtOrAfter(all, place.position), low, high);
  const [first, end] = forward ? [at, pageEnd(all, at, high, limit)] : [pageStart(all, at, low, limit), at];
  const events = all.slice(first, end);
  return { events, ...streamTokens(events, range, place) };
}

interface StreamToken {
  readonly forward: boolean;
  /** Forward: the first position to read. Backward: one past the last position to read. */
  readonly position: EventPosition;
}

function streamTokens(
  events: readonly StoredLogEvent[],
  range: ReadRange,
  place: StreamToken | undefined,
): { nextForwardToken: string; nextBackwardToken: string } {
  const first = events[0];
  const last = events.at(-1);
  // An empty page stays where it is: AWS gives the token back that was passed in, and that is how a reader knows the end.
  const before = first ?? place?.position ?? { timestamp: range.fromMs, sequence: 0 };
  const after =
    last === undefined
      ? (place?.position ?? { timestamp: range.fromMs, sequence: 0 })
      : { timestamp: last.timestamp, sequence: last.sequence + 1 };
  return { nextForwardToken: `f/${positionText(after)}`, nextBackwardToken: `b/${positionText(before)}` };
}

function positionText({ timestamp, sequence }: EventPosition): string {
  return `${String(timestamp)}.${String(sequence)}`;
}

function parseStreamToken(token: string): StreamToken {
  const match = /^([fb])\/(\d{1,16})\.(\d{1,16})$/.exec(token);
  if (match === null) throw invalidParameter('The specified nextToken is invalid.');
  const [, direction, timestamp, sequence] = match;
  return {
    forward: direction === 'f',
    position: { timestamp: Number(timestamp), sequence: Number(sequence) },
  };
}

function pageEnd(events: readonly StoredLogEvent[], from: number, to: number, limit: number): number {
  let bytes = 0;
  let index = from;
  while (index < to && index - from < limit) {
    bytes += eventBytes(events[index]);
    if (bytes > READ_BYTES_MAX && index > from) break;
    index += 1;
  }
  return index;
}

function pageStart(events: readonly StoredLogEvent[], from: number, to: number, limit: number): number {
  let bytes = 0;
  let index = from;
  while (index > to && from - index < limit) {
    bytes += eventBytes(events[index - 1]);
    if (bytes > READ_BYTES_MAX && index < from) break;
    index -= 1;
  }
  return index;
}

function eventBytes(event: StoredLogEvent | undefined): number {
  return event === undefined ? 0 : Buffer.byteLength(event.message, 'utf8') + LOG_EVENT_OVERHEAD_BYTES;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

export interface FoundEvent {
  readonly streamName: string;
  readonly event: StoredLogEvent;
}

export interface FilterPage {
  readonly events: readonly FoundEvent[];
  readonly nextToken: string | undefined;
}

/** One page of several streams, merged by time. Without `nextToken` in the answer there is no more. */
export function filterPage(
  streams: readonly LogStream[],
  range: ReadRange,
  limit: number,
  matches: MessageFilter,
  startFromHead: boolean,
  token: string | undefined,
): FilterPage {
  const place = token === undefined ? undefined : parseFilterToken(token);
  const forward = place?.forward ?? startFromHead;
  const cursors = streams.map((stream) => new FilterCursor(stream, range, forward, matches, place?.position));
  const events: FoundEvent[] = [];
  let bytes = 0;
  for (;;) {
    const cursor = nextCursor(cursors, forward);
    const event = cursor?.current;
    if (cursor === undefined || event === undefined) return { events, nextToken: undefined };
    bytes += eventBytes(event);
    if (events.length >= limit || (bytes > READ_BYTES_MAX && events.length > 0)) {
      return { events, nextToken: filterToken(forward, event) };
    }
    events.push({ streamName: cursor.streamName, event });
    cursor.advance();
  }
}

/** Walks one stream's matching events in one direction. */
class FilterCursor {
  readonly streamName: string;
  readonly #events: readonly StoredLogEvent[];
  readonly #step: 1 | -1;
  readonly #end: number;
  readonly #matches: MessageFilter;
  #index: number;

  constructor(stream: LogStream, range: ReadRange, forward: boolean, matches: MessageFilter, from?: EventPosition) {
    const events = stream.inOrder();
    const low = indexAtOrAfter(events, { timestamp: range.fromMs, sequence: 0 });
    const high = Math.max(low, indexAtOrAfter(events, { timestamp: range.untilMs, sequence: 0 }));
    this.streamName = stream.name;
    this.#events = events;
    this.#matches = matches;
    this.#step = forward ? 1 : -1;
    this.#end = forward ? high : low - 1;
    if (forward) this.#index = from === undefined ? low : clamp(indexAtOrAfter(events, from), low, high);
    else {
      const after = from === undefined ? high : indexAtOrAfter(events, { ...from, sequence: from.sequence + 1 });
      this.#index = clamp(after, low, high) - 1;
    }
    this.#skip();
  }

  get current(): StoredLogEvent | undefined {
    return this.#index === this.#end ? undefined : this.#events[this.#index];
  }

  advance(): void {
    this.#index += this.#step;
    this.#skip();
  }

  #skip(): void {
    for (let event = this.current; event !== undefined && !this.#matches(event.message); event = this.current) {
      this.#index += this.#step;
    }
  }
}

function nextCursor(cursors: readonly FilterCursor[], forward: boolean): FilterCursor | undefined {
  let best: FilterCursor | undefined;
  for (const cursor of cursors) {
    const event = cursor.current;
    if (event === undefined) continue;
    const bestEvent = best?.current;
    if (bestEvent === undefined) best = cursor;
    else if (forward ? comparePositions(event, bestEvent) < 0 : comparePositions(event, bestEvent) > 0) best = cursor;
  }
  return best;
}

function filterToken(forward: boolean, position: EventPosition): string {
  return Buffer.from(`${forward ? 'f' : 'b'}/${positionText(position)}`).toString('base64url');
}

function parseFilterToken(token: string): StreamToken {
  return parseStreamToken(Buffer.from(token, 'base64url').toString('utf8'));
}
