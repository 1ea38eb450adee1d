import { encodeLog } from '../codec/logMessage.js';
import { ros2LogChannel } from '../codec/schemas.js';
import { destinationKey, type LogDestination } from '../model/Destination.js';
import { evictedWords, type EvictionCause, evictionCauseWords } from '../model/Loss.js';
import type { RecordToCache } from '../seams/Cache.js';
import type { Clock } from '../seams/Clock.js';
import { EvictionTally, wantedCountsOf } from './EvictionTally.js';
import { cachedStateOf, type Segment } from './Segment.js';
import { sizeWords } from './sizeWords.js';

/** A destination gets no more than one marker in this time; what goes meanwhile is told in the next. */
const markerIntervalMs = 60_000;
/** The node that markers are signed with. */
export const markerNode = 'tether';
const markerChannel = ros2LogChannel('/rosout');

/** The limit that was reached. */
export interface ReachedLimit {
  readonly cause: EvictionCause;
  readonly bytesMax: number;
}

interface Gap {
  readonly destination: LogDestination;
  /** The latest of what went since the last marker. */
  limit: ReachedLimit;
  tally: EvictionTally;
  /** Stamps of what went since the last marker; null when nothing did. */
  span: readonly [oldestNs: bigint, newestNs: bigint] | null;
  readonly cancel: () => void;
}

export interface GapMarkerOptions {
  readonly clock: Clock;
  readonly append: (marker: RecordToCache) => void;
  /** Where the newest log that is still there goes; null when there is none. */
  readonly newestDestination: () => LogDestination | null;
}

/**
 * Puts a log record in the place of records that the disk limit made go, so that the gap shows in CloudWatch too: it
 * says how many of what went, and is stamped as the newest of them.
 *
 * Invariants: the ledger has the counts before a marker is made, so that a marker that does not make it hides nothing. A
 * marker is a record like any other and may be evicted too; as there is at most one a minute for a destination, markers
 * make no room scarce.
 */
export class GapMarker {
  readonly #options: GapMarkerOptions;
  /** Destinations that have had a marker within the interval. */
  readonly #gaps = new Map<string, Gap>();
  #lastDestination: LogDestination | null = null;
  #closed = false;

  constructor(options: GapMarkerOptions) {
    this.#options = options;
  }

  /** These segments went. Their sums must still be what they were. */
  note(segments: readonly Segment[], limit: ReachedLimit): void {
    const span = segments.map(wantedSpan).reduce(stretched, null);
    if (span === null) return;
    const newest = newestLogDestination(segments);
    const destination = newest ?? this.#lastDestination ?? this.#options.newestDestination();
    // Metrics only, and nobody knows where this robot's logs go.
    if (destination === null) return;
    this.#lastDestination = destination;
    const gap = this.#gapOf(destination, limit);
    for (const segment of segments) gap.tally.add(wantedCountsOf(segment));
    gap.span = stretched(gap.span, span);
    gap.limit = limit;
    if (!this.#gaps.has(destinationKey(destination))) this.#write(gap);
  }

  /** Writes what waits for its minute; from now on nothing waits. */
  close(): void {
    this.#closed = true;
    for (const gap of this.#gaps.values()) {
      gap.cancel();
      this.#append(gap);
    }
    this.#gaps.clear();
  }

  #gapOf(destination: LogDestination, limit: ReachedLimit): Gap {
    const known = this.#gaps.get(destinationKey(destination));
    return known ?? { destination, limit, tally: new EvictionTally(), span: null, cancel: () => undefined };
  }

  #write(gap: Gap): void {
    this.#append(gap);
    if (this.#closed) return;
    const key = destinationKey(gap.destination);
    const cancel = this.#options.clock.after(markerIntervalMs, () => {
      const waiting = this.#gaps.get(key);
      this.#gaps.delete(key);
      if (waiting !== undefined && waiting.span !== null) this.#write(waiting);
    });
    const { destination, limit } = gap;
    this.#gaps.set(key, { destination, limit, tally: new EvictionTally(), span: null, cancel });
  }

  #append({ destination, limit, tally, span }: Gap): void {
    if (span === null) return;
    const [oldestNs, stampNs] = span;
    const words = `${evictionCauseWords[limit.cause]} of ${sizeWords(limit.bytesMax)}`;
    const message =
      `Lost at ${words}: ${evictedWords(tally.counts())}, ` +
      `stamped from ${utcWords(oldestNs)} to ${utcWords(stampNs)}.`;
    this.#options.append({
      channel: markerChannel,
      destination,
      receivedNs: this.#options.clock.nowNs(),
      stampNs,
      data: encodeLog({ stampNs, severity: 'WARN', node: markerNode, message }),
      kind: 'log',
      severity: 'WARN',
      label: markerNode,
      origin: '',
    });
  }
}

/** Where the log group goes that has the newest stamp. */
export function newestLogDestination(segments: readonly Segment[]): LogDestination | null {
  let newest: { readonly destination: LogDestination; readonly newestNs: bigint } | null = null;
  for (const { groups } of segments) {
    for (const { group, records, newestNs } of groups) {
      const { destination } = group;
      if (destination.kind !== 'log' || records === 0) continue;
      if (newest === null || newestNs >= newest.newestNs) newest = { destination, newestNs };
    }
  }
  return newest?.destination ?? null;
}

type Span = readonly [oldestNs: bigint, newestNs: bigint];

/** Stamps of the oldest and the newest record that was still wanted. */
function wantedSpan(segment: Segment): Span | null {
  let span: Span | null = null;
  for (const number of segment.groups.keys()) {
    for (const { state, oldestNs, newestNs } of segment.sums(number)) {
      if (cachedStateOf(state) !== null) span = stretched(span, [oldestNs, newestNs]);
    }
  }
  return span;
}

function stretched(a: Span | null, b: Span | null): Span | null {
  if (a === null || b === null) return a ?? b;
  return [a[0] < b[0] ? a[0] : b[0], a[1] > b[1] ? a[1] : b[1]];
}

function utcWords(ns: bigint): string {
  return new Date(Number(ns / 1_000_000n)).toISOString();
}
