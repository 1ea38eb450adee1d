import { encodeLog } from '../codec/logMessage.js';
import { ros2LogChannel } from '../codec/schemas.js';
import type { LogDestination } from '../model/Destination.js';
import type { RecordToCache } from '../seams/Cache.js';
import type { Clock } from '../seams/Clock.js';
import { EvictionGap, type ReachedLimit, wantedSpanOf } from './EvictionGap.js';
import type { GapContent } from './GapContent.js';
import { LossGap, type MarkedLoss } from './LossGap.js';
import { MinuteGaps } from './MinuteGaps.js';
import type { Segment } from './Segment.js';

/** The node that markers are signed with. */
export const markerNode = 'tether';

const dayNs = 86_400_000_000_000n;
/** CloudWatch takes 14 days; a marker is to have one of them for its way. */
const stampAgeNsMax = 13n * dayNs;
/** CloudWatch takes two hours; a clock that is a little ahead is no reason to move a marker. */
const stampAheadNsMax = 3_600_000_000_000n;

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
  readonly #evictions: MinuteGaps<EvictionGap>;
  readonly #losses: MinuteGaps<LossGap>;
  readonly #made = new WeakSet<RecordToCache>();
  #lastDestination: LogDestination | null = null;

  constructor(options: GapMarkerOptions) {
    this.#options = options;
    const { clock, canStore } = options;
    const tell = this.#append.bind(this);
    // The disk takes records when its limit has just made some go.
    this.#evictions = new MinuteGaps({ clock, tell, fresh: () => new EvictionGap(), canTell: () => true });
    this.#losses = new MinuteGaps({ clock, tell, fresh: () => new LossGap(), canTell: canStore });
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
    const span = isOn ? wantedSpanOf(segments) : null;
    if (span === null) return;
    const newest = newestLogDestination(segments);
    const destination = newest ?? this.#lastDestination ?? newestDestination() ?? ownDestination();
    // Metrics only, and nobody knows where this robot's logs go.
    if (destination === null) return;
    this.#lastDestination = destination;
    this.#evictions.add(destination, (gap) => {
      gap.add(segments, span, limit);
    });
  }

  /** This was lost on the way to the disk, or on it by damage; null: nothing that is marked. */
  noteLoss(loss: MarkedLoss | null): void {
    const { isOn, newestDestination, ownDestination } = this.#options;
    if (!isOn || loss === null || loss.count === 0) return;
    const destination = ownDestination() ?? this.#lastDestination ?? newestDestination();
    if (destination === null) return;
    this.#losses.add(destination, (gap) => {
      gap.add(loss);
    });
  }

  /** Writes what waits for its minute; from now on nothing waits. */
  close(): void {
    this.#evictions.close();
    this.#losses.close();
  }

  #append(content: GapContent, destination: LogDestination): void {
    if (content.span === null) return;
    const [, newestNs] = content.span;
    const nowNs = this.#options.clock.nowNs();
    const isTaken = newestNs >= nowNs - stampAgeNsMax && newestNs <= nowNs + stampAheadNsMax;
    const stampNs = isTaken ? newestNs : nowNs;
    const marker: RecordToCache = {
      channel: ros2LogChannel(content.topic),
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
