import type { FilterMessage } from './callSchemas.js';
import type { Rung } from '../model/Ladder.js';
import type { EvictedCount, GapStage, LossCounts } from '../model/Loss.js';
import type { Problem } from '../model/Problem.js';
import type { MeteredChoice } from '../model/MeteredChoice.js';
import type { RecordClass, Severity } from '../model/Severity.js';

/**
 * What the engine pushes to the page, over a MessagePort. Frames are coalesced (see `PageFeed`); at most
 * `framesUnacknowledgedMax` robot frames are on the way, and the next carries everything since. The page answers each
 * robot frame with an acknowledgement once it is in its stores.
 */
export const framesUnacknowledgedMax = 2;

/**
 * Where a row stands on its way to CloudWatch.
 *
 * - `received`: in memory, not yet on disk
 * - `cached`: on disk, fsynced
 * - `sending`, `sent`: taken for upload; acknowledged by CloudWatch
 * - `refused`: in quarantine, with CloudWatch's reason
 * - `expired`: too old for CloudWatch, kept for export
 * - `held`: kept back by a person
 * - `gone`: lost, evicted by the disk limit or deleted before it was sent
 * - `skipped`: shown only; the robot file says not to keep it (min_log_verbosity, ignore_nodes)
 */
export const rowStates = [
  'received',
  'cached',
  'sending',
  'sent',
  'refused',
  'expired',
  'held',
  'gone',
  'skipped',
] as const;
export type RowState = (typeof rowStates)[number];

export interface LogRow {
  readonly type: 'log';
  /**
   * Ascending in order of arrival within one robot, without holes; below 0 for what was on disk before the engine started. Not
   * stable over restarts of the engine. A row read back that the engine cannot follow has a fraction: its state is that of
   * the moment of reading.
   */
  readonly id: number;
  /** Robot time, milliseconds since the epoch with a fraction. */
  readonly stampMs: number;
  /** Laptop time of receipt, the same unit. */
  readonly receivedMs: number;
  readonly severity: Severity;
  readonly node: string;
  readonly message: string;
  readonly file: string;
  readonly function: string;
  readonly line: number;
  readonly topic: string;
  /** State when the frame was made; later changes come in `states`. */
  readonly state: RowState;
  /** Kept by its publisher since before we joined, and sent again to us. Absent where it was not, or nobody can say. */
  readonly replayed?: boolean;
}

/** A gap in the list: records that were lost at this place, or left out of the list (`page`; its id has a fraction). */
export interface GapRow {
  readonly type: 'gap';
  readonly id: number;
  readonly receivedMs: number;
  readonly stage: GapStage;
  /** 0: nobody can say how many. */
  readonly count: number;
  /** In words: `DDS history (/rosout)`. */
  readonly reason: string;
}

export type Row = LogRow | GapRow;

export interface MetricSample {
  readonly stampMs: number;
  readonly value: number;
}

export interface MetricSeriesUpdate {
  /** Name and dimensions as one text; identifies the series. */
  readonly key: string;
  readonly name: string;
  /** CloudWatch's unit: `Percent`, `Megabytes`, `None`, ... */
  readonly unit: string;
  readonly dimensions: readonly { readonly name: string; readonly value: string }[];
  readonly samples: readonly MetricSample[];
}

export interface StateChange {
  readonly fromId: number;
  /** Included. */
  readonly toId: number;
  readonly state: RowState;
}

/** What is new of the robot that the page looks at. */
export interface RobotFrame {
  readonly type: 'robot';
  readonly robot: string;
  readonly sequence: number;
  /** True for the first frame after `live.watch`: the page forgets what it had of this robot. */
  readonly fresh: boolean;
  readonly rows: readonly Row[];
  /** Rows that arrived but were left out, before `rows`, because the page was too slow: the first of `rows` is then a gap that says so. */
  readonly rowsLeftOut: number;
  readonly states: readonly StateChange[];
  readonly series: readonly MetricSeriesUpdate[];
}

export interface PendingGroup {
  readonly kind: 'log' | 'metric';
  readonly severity: Severity | null;
  readonly state: 'pending' | 'sending' | 'held' | 'expired' | 'quarantined';
  readonly records: number;
  readonly bytes: number;
  readonly oldestMs: number;
  readonly newestMs: number;
  /** `group / stream`, or the namespace. */
  readonly goesTo: string;
  /** `local (not AWS)`, or profile and region. */
  readonly account: string;
  /** For a filter's `destinations`. */
  readonly destination: string;
}

/** How far the flush is that was asked for first. */
export interface FlushProgress {
  /** What matched when it was asked for. */
  readonly records: number;
  readonly sent: number;
  readonly refused: number;
}

/** A flush that a person paused: how far it is, and what it is to send. */
export interface PausedFlush extends FlushProgress {
  readonly filter: FilterMessage;
}

/** See `UploadStatus`. */
export const uploadStates = ['idle', 'sending', 'waiting', 'manual', 'blocked'] as const;

export interface UploadStatus {
  /**
   * - `idle`: nothing waits
   * - `sending`
   * - `waiting`: will try again at `retryAtMs`
   * - `manual`: only a flush sends, because a person said so (`mode`, `paused`) or because the link is metered (`metered`)
   * - `blocked`: a person must act (credentials, permission)
   */
  readonly state: (typeof uploadStates)[number];
  /** Whether records go by themselves, or only when a person flushes. */
  readonly mode: 'auto' | 'manual';
  readonly words: string;
  readonly problem: Problem | null;
  readonly retryAtMs: number | null;
  readonly sentLogs: number;
  readonly sentMetrics: number;
  /** Records a second, over the last few seconds. */
  readonly recordsPerS: number;
  /** A flush a person asked for is under way or waits for the link. */
  readonly flushing: boolean;
  /** Null when there is none. */
  readonly flush: FlushProgress | null;
  /** The flush that was paused first; nothing goes by itself meanwhile. Null when none is paused. */
  readonly paused: PausedFlush | null;
  /** Their answer was lost, and it is not known (yet) whether CloudWatch has them. */
  readonly unresolvedLogs: number;
  readonly unresolvedMetrics: number;
  /** Sent again after a lost answer, over all openings of the cache: each may be in CloudWatch twice. */
  readonly maybeTwiceLogs: number;
  readonly maybeTwiceMetrics: number;
  /** While the link counts as metered for this robot; null while it does not. */
  readonly metered: MeteredSending | null;
  /** Most bytes a second that this robot may send; null for no limit of its own or of the laptop. */
  readonly limitBytesPerS: number | null;
  /** Bytes of requests as they went out, compressed, since the robot was opened. */
  readonly wireBytes: number;
  /** The same a second, over the last few seconds. */
  readonly wireBytesPerS: number;
  /** How far this laptop's clock is ahead of CloudWatch's (below 0: behind), from its last answer; null: not known. */
  readonly clockAheadMs: number | null;
}

/** On a metered link a flush sends everything; by itself only what the robot file says goes. */
export interface MeteredSending {
  /** `send_when_metered` of the robot file; empty: nothing goes by itself. */
  readonly sends: readonly RecordClass[];
  /** Records that wait for a flush, or for a link that costs nothing. */
  readonly waitingRecords: number;
}

/** The way from this laptop to the internet, as far as it costs: one for all robots. */
export interface LaptopLinkStatus {
  /** What a person chose: `auto` is as NetworkManager says. */
  readonly choice: MeteredChoice;
  /** Whether NetworkManager calls the link metered; null when nobody can say. */
  readonly detected: boolean | null;
  /** What counts. */
  readonly metered: boolean;
  /** Most bytes a second that all robots together may send; null: no limit. */
  readonly limitBytesPerS: number | null;
}

/** A series that went beyond a threshold that a person set. */
export interface AlarmStatus extends Omit<MetricSeriesUpdate, 'samples'> {
  readonly side: 'above' | 'below';
  readonly threshold: number;
  /** The sample that began it, robot time. */
  readonly sinceMs: number;
  /** The farthest value since. */
  readonly worst: number;
  readonly isOver: boolean;
}

export interface RecoveryStatus {
  readonly words: string;
  /** Laptop time. */
  readonly foundMs: number;
}

export interface RobotStatus {
  readonly name: string;
  readonly colour: string;
  readonly demo: boolean;
  /** `ROS 2 · domain 7`. */
  readonly sourceWords: string;
  /** Why levels of its nodes cannot be set from here; null where they can. */
  readonly levelsOff: Problem | null;
  /** A recording, which is replayed: when its records were received says nothing about the robot. */
  readonly isReplay: boolean;
  readonly connected: boolean;
  readonly configProblem: Problem | null;
  readonly hostPid: number | null;
  readonly hostRestarts: number;
  readonly recordsPerS: number;
  readonly receivedLogs: number;
  readonly receivedMetrics: number;
  readonly lastReceivedMs: number | null;
  /** Samples of series beyond those that are shown at once (`liveSeriesMax`): on disk, but on no chart. */
  readonly samplesNotShown: number;
  readonly ladder: readonly Rung[];
  readonly cacheBytes: number;
  readonly cacheBytesMax: number;
  /** Seconds until the cache is full at the present rate with nothing leaving, or null when it is not filling. */
  readonly fullInS: number | null;
  /** What ends first: the limit of the cache, or the room on the disk (but for what is kept free). */
  readonly fullBy: 'limit' | 'disk' | null;
  readonly cachedRecords: number;
  /** To be sent, or on their way and not acknowledged. */
  readonly pendingRecords: number;
  readonly pendingLogs: number;
  readonly pendingMetrics: number;
  readonly heldRecords: number;
  readonly quarantinedRecords: number;
  readonly expiredRecords: number;
  readonly oldestPendingMs: number | null;
  readonly pending: readonly PendingGroup[];
  /** Lines below this are shown and not kept (`min_log_verbosity` of the robot's file). */
  readonly keepsFrom: Severity;
  /** Where the robot's file sends new records, in words. */
  readonly sendsTo: {
    readonly logs: string;
    readonly metrics: string;
    readonly account: string;
    /** As `destinationKey`. */
    readonly logDestination: string;
    readonly metricDestination: string;
    /** `aws_default_metric_dimensions`: each datum goes with these before its own; of one name the first counts. */
    readonly defaultDimensions: readonly { readonly name: string; readonly value: string }[];
    /** What the SDK takes when the robot file names none; empty while it is not known. */
    readonly region: string;
    /** Whose the credentials are; null while it is not known. */
    readonly accountId: string | null;
  };
  readonly acknowledgedLogs: number;
  readonly acknowledgedMetrics: number;
  readonly lost: LossCounts;
  /** What `lost.evicted` is made of, as far as it is known. */
  readonly evicted: readonly EvictedCount[];
  /** Those of `lost.evicted` that went for the limit of all robots' caches together. */
  readonly evictedForLaptop: number;
  /** Records in memory that the disk does not take, or not in time; 0 while each is stored within a moment. */
  readonly waitingInMemory: number;
  /** What opening the cache found damaged and mended, and nobody has dismissed (`cache.dismissRecoveries`); the oldest first. */
  readonly recoveries: readonly RecoveryStatus[];
  readonly upload: UploadStatus;
  /** The newest first. */
  readonly alarms: readonly AlarmStatus[];
}

/** The whole laptop, a few times a second. */
export interface StatusFrame {
  readonly type: 'status';
  readonly atMs: number;
  readonly robots: readonly RobotStatus[];
  /** Where data lies. */
  readonly home: string;
  /** Why ROS cannot be used here, or null. */
  readonly rosProblem: Problem | null;
  readonly link: LaptopLinkStatus;
}
