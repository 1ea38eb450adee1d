import { encodeLog } from '../codec/logMessage.js';
import { ros2LogChannel } from '../codec/schemas.js';
import { destinationKey, type LogDestination } from '../model/Destination.js';
import type { RecordToCache } from '../seams/Cache.js';
import type { Clock } from '../seams/Clock.js';
import { EvictionGap, type ReachedLimit, wantedSpanOf } from './EvictionGap.js';
import type { GapContent } from './GapContent.js';
import { LossGap, type MarkedLoss } from './LossGap.js';
import type { Segment } from './Segment.js';

/** A destination gets no more than one marker of each sort in this time; what goes meanwhile is told in the next. */
const markerIntervalMs = 60_000;
/** The node that markers are signed with. */
export const markerNode = 'tether';
const markerChannel = ros2LogChannel('/rosout');

const dayNs = 86_400_000_000_000n;
/** CloudWatch takes 14 days; a marker is to have one of them for its way. */
const stampAgeNsMax = 13n * dayNs;
/** CloudWatch takes two hours; a clock that is a little ahead is no reason to move a marker. */
const stampAheadNsMax = 3_600_000_000_000n;

interface Gap<Content extends GapContent> {
  readonly destination: LogDestination;
  content: Content;
  cancel: () => void;
}

export interface GapMarkerOptions {
  /** False: nothing is marked. */
  readonly isOn: boolean;
  readonly clock: Clock;
  readonly append: (marker: RecordToCache) => void;
  /** Where the newest log that is still there goes; null when there is none. */
  readonly newestDestination: () => LogDestination | null;
  /** Where the robot's file says that logs go; null when it does not say. */
  readonly ownDestination: () => LogDestination | null;
  /** Does the disk take records? Losses are told when it does. */
  readonly canStore: () => boolean;
}

/**
 * Puts a log record in the place of records that were lost, so that the gap shows in CloudWatch too: it says how many of
 * what went and where, and is stamped as the newest of them; where CloudWatch would not take that stamp (too old, or far
 * ahead), as of now.
 *
 * Invariants: the ledger gets the counts by itself, so that a marker that does not make it hides nothing. A marker is a
 * record like any other and may be evicted too; as there are at most two a minute for a destination (what a disk limit
 * took, and what was lost elsewhere), markers make no room scarce. One that memory's limit takes is not counted as lost.
 */
export class GapMarker {
  readonly #options: GapMarkerOptions;
  /** By destination: those that have had a marker within the interval, or wait for the disk. */
  readonly #evictions = new Map<string, Gap<EvictionGap>>();
  readonly #losses = new Map<string, Gap<LossGap>>();
  readonly #made = new WeakSet<RecordToCache>();
  #lastDestination: LogDestination | null = null;
  #closed = false;

  constructor(options: GapMarkerOptions) {
    this.#options = options;
  }

  /** Logs of this robot go there. */
  logsGoTo(destination: LogDestination): void {
    this.#lastDestination = destination;
  }

  isMarker(record: RecordToCache): boolean {
    return this.#made.has(record);
  }

  /** These segments went. Their sums must still be what they were. */
  note(segments: readonly Segment[], limit: ReachedLimit): void {
    const { isOn, newestDestination, ownDestination } = this.#options;
    if (!isOn || wantedSpanOf(segments) === null) return;
    const newest = newestLogDestination(segments);
    const destination = newest ?? this.#lastDestination ?? newestDestination() ?? ownDestination();
    // Metrics only, and nobody knows where this robot's logs go.
    if (destination === null) return;
    this.#lastDestination = destination;
    const known = this.#evictions.get(destinationKey(destination));
    const gap = known ?? { destination, content: new EvictionGap(), cancel: () => undefined };
    gap.content.add(segments, limit);
    if (known === undefined) this.#tell(this.#evictions, gap, () => new EvictionGap());
  }

  /** This was lost on the way to the disk, or on it by damage. */
  noteLoss(loss: MarkedLoss): void {
    const { isOn, newestDestination, ownDestination, canStore } = this.#options;
    if (!isOn || loss.count === 0) return;
    const destination = ownDestination() ?? this.#lastDestination ?? newestDestination();
    if (destination === null) return;
    const known = this.#losses.get(destinationKey(destination));
    const gap = known ?? { destination, content: new LossGap(), cancel: () => undefined };
    gap.content.add(loss);
    if (known !== undefined) return;
    const fresh = (): LossGap => new LossGap();
    if (canStore()) this.#tell(this.#losses, gap, fresh);
    else this.#wait(this.#losses, gap, fresh);
  }

  /** Writes what waits for its minute; from now on nothing waits. */
  close(): void {
    this.#closed = true;
    for (const { content, destination, cancel } of this.#evictions.values()) {
      cancel();
      this.#append(content, destination);
    }
    for (const { content, destination, cancel } of this.#losses.values()) {
      cancel();
      if (this.#options.canStore()) this.#append(content, destination);
    }
    this.#evictions.clear();
    this.#losses.clear();
  }

  #tell<Content extends GapContent>(gaps: Map<string, Gap<Content>>, gap: Gap<Content>, fresh: () => Content): void {
    this.#append(gap.content, gap.destination);
    gap.content = fresh();
    if (!this.#closed) this.#wait(gaps, gap, fresh);
  }

  #wait<Content extends GapContent>(gaps: Map<string, Gap<Content>>, gap: Gap<Content>, fresh: () => Content): void {
    const key = destinationKey(gap.destination);
    gaps.set(key, gap);
    gap.cancel = this.#options.clock.after(markerIntervalMs, () => {
      if (gap.content.span === null) gaps.delete(key);
      else if (gap.content instanceof LossGap && !this.#options.canStore()) this.#wait(gaps, gap, fresh);
      else this.#tell(gaps, gap, fresh);
    });
  }

  #append(content: GapContent, destination: LogDestination): void {
    if (content.span === null) return;
    const nowNs = this.#options.clock.nowNs();
    const [, newestNs] = content.span;
    const isTaken = newestNs >= nowNs - stampAgeNsMax && newestNs <= nowNs + stampAheadNsMax;
    const stampNs = isTaken ? newestNs : nowNs;
    const marker: RecordToCache = {
      channel: markerChannel,
      destination,
      receivedNs: nowNs,
      stampNs,
      data: encodeLog({ stampNs, severity: 'WARN', node: markerNode, message: content.words() }),
      kind: 'log',
      severity: 'WARN',
      label: markerNode,
      origin: '',
    };
    this.#made.add(marker);
    this.#options.append(marker);
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
