import path from 'node:path';
import type { AlarmStatus, PendingGroup, RobotStatus, UploadStatus } from '../contract/frames.js';
import type { LossCounts } from '../model/Loss.js';
import { destinationKey } from '../model/Destination.js';
import { destinationsOf } from '../model/destinationsOf.js';
import { levelsOff } from '../model/levelsOff.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import type { CacheUsage, PendingSummary } from '../seams/Cache.js';
import type { SourceStatus } from '../seams/RobotSource.js';
import { accountWords, placeWords } from '../upload/estimateFlush.js';
import { meteredWords } from '../upload/Uploader.js';
import type { FillTime } from './FillForecast.js';
import type { LadderKeeper } from './LadderKeeper.js';
import { ladderOf, recordWords, type LinkFacts } from './ladderOf.js';
import type { RecentLosses } from './RecentLosses.js';

export interface StatusFacts {
  readonly config: RobotConfig;
  readonly connected: boolean;
  readonly source: SourceStatus;
  readonly usage: CacheUsage;
  readonly pending: readonly PendingSummary[];
  readonly upload: UploadStatus;
  readonly alarms: readonly AlarmStatus[];
  readonly intake: {
    readonly receivedLogs: number;
    readonly receivedMetrics: number;
    readonly lastReceivedNs: bigint | null;
    readonly recentLosses: RecentLosses;
    readonly logsOfOthers: number;
  };
  readonly samplesNotShown: number;
  readonly recordsPerS: number;
  readonly full: FillTime | null;
  readonly ladder: LadderKeeper;
  readonly hostReturnedWords: string | null;
  readonly link: LinkFacts;
  readonly nowNs: bigint;
}

/** One robot's state in the page's words. */
export function robotStatusOf(facts: StatusFacts): RobotStatus {
  const { config, source, usage, intake } = facts;
  const upload = withWaiting(facts.upload, facts.pending);
  return {
    name: config.name,
    colour: config.colour,
    demo: config.source.demo,
    sourceWords: sourceWordsOf(config),
    levelsOff: levelsOff(config.source.kind),
    isReplay: config.source.kind === 'replay',
    connected: facts.connected,
    configProblem: null,
    hostPid: source.hostPid,
    hostRestarts: source.restarts,
    recordsPerS: facts.recordsPerS,
    receivedLogs: intake.receivedLogs,
    receivedMetrics: intake.receivedMetrics,
    lastReceivedMs: millisecondsOf(intake.lastReceivedNs),
    samplesNotShown: facts.samplesNotShown,
    ladder: facts.ladder.update(
      ladderOf({
        ...facts,
        robot: config.name,
        metered: upload.metered,
        clockAheadMs: upload.clockAheadMs,
        recentLoss: intake.recentLosses.of(['dds', 'link', 'host', 'decode']),
        recentDiskLoss: intake.recentLosses.of(['memory']),
        others: { namespace: config.source.namespace, logs: intake.logsOfOthers },
      }),
    ),
    cacheBytes: usage.bytes,
    cacheBytesMax: usage.bytesMax,
    fullInS: facts.full?.seconds ?? null,
    fullBy: facts.full?.by ?? null,
    cachedRecords: usage.cachedRecords,
    // What is on its way may still come back: it waits until it is acknowledged.
    pendingRecords: usage.cachedRecords - usage.heldRecords - usage.expiredRecords,
    ...pendingByKind(facts.pending),
    heldRecords: usage.heldRecords,
    quarantinedRecords: usage.quarantinedRecords,
    expiredRecords: usage.expiredRecords,
    oldestPendingMs: millisecondsOf(usage.oldestPendingNs),
    pending: facts.pending.map(pendingGroupOf),
    keepsFrom: config.logs.severityMin,
    sendsTo: sendsToOf(config, facts.link),
    acknowledgedLogs: usage.acknowledgedLogs,
    acknowledgedMetrics: usage.acknowledgedMetrics,
    lost: lossesOf(usage, source),
    evicted: usage.evicted,
    evictedForLaptop: usage.evictedForLaptop,
    recoveries: usage.recoveries,
    // Between two commits some always wait for a moment.
    waitingInMemory: usage.problem === null && usage.slowness === null ? 0 : usage.waitingInMemory,
    alarms: facts.alarms,
    upload,
  };
}

/** On a metered link: how much waits for a person. */
function withWaiting(upload: UploadStatus, pending: readonly PendingSummary[]): UploadStatus {
  const { metered } = upload;
  if (metered === null) return upload;
  const waitingRecords = pending
    .filter(({ state, severity }) => state === 'pending' && !metered.sends.includes(severity ?? 'metric'))
    .reduce((sum, { records }) => sum + records, 0);
  const words = upload.words === meteredWords ? `${meteredWords}. ${recordWords(waitingRecords)}` : upload.words;
  return { ...upload, words, metered: { ...metered, waitingRecords } };
}

/** What is lost on the way from the robot is counted only where messages carry numbers: 0 then means none. */
function lossesOf({ lost }: CacheUsage, { topics, hostless }: SourceStatus): LossCounts {
  if (topics.every((topic) => topic.lost === undefined)) return lost;
  return hostless === true ? { ...lost, link: lost.link ?? 0 } : { ...lost, dds: lost.dds ?? 0 };
}

function sourceWordsOf(config: RobotConfig): string {
  switch (config.source.kind) {
    case 'ros2':
      return `ROS 2 · domain ${config.source.domainId}${config.source.namespace === '' ? '' : ` · ${config.source.namespace}`}`;
    case 'ros1':
      return `ROS 1 · ${hostOf(config.source.environment['ROS_MASTER_URI'] ?? '')}`;
    case 'replay':
      return `Replay · ${path.basename(config.source.replay?.path ?? '')}`;
    case 'foxglove':
      return `Foxglove · ${hostOf(config.source.environment['FOXGLOVE_URL'] ?? '')}`;
  }
}

/** `192.168.1.10:8765` of an address with or without a scheme. */
function hostOf(address: string): string {
  return address.replace(/^[a-z]+:\/\//i, '').replace(/\/.*$/, '') || 'no address';
}

function sendsToOf(config: RobotConfig, link: StatusFacts['link']): RobotStatus['sendsTo'] {
  const { log, metric } = destinationsOf(config);
  return {
    ...{ logs: placeWords(log), metrics: placeWords(metric), account: accountWords(config.account) },
    ...{ logDestination: destinationKey(log), metricDestination: destinationKey(metric) },
    defaultDimensions: config.metrics.defaultDimensions,
    region: config.account.region === '' ? link.region : config.account.region,
    accountId: link.accountId,
  };
}

function pendingByKind(pending: readonly PendingSummary[]): { pendingLogs: number; pendingMetrics: number } {
  const count = (kind: 'log' | 'metric'): number =>
    pending
      .filter((group) => group.kind === kind && (group.state === 'pending' || group.state === 'sending'))
      .reduce((sum, group) => sum + group.records, 0);
  return { pendingLogs: count('log'), pendingMetrics: count('metric') };
}

export function pendingGroupOf(group: PendingSummary): PendingGroup {
  return {
    kind: group.kind,
    severity: group.severity,
    state: group.state,
    records: group.records,
    bytes: group.bytes,
    oldestMs: Number(group.oldestNs / 1_000_000n),
    newestMs: Number(group.newestNs / 1_000_000n),
    goesTo: placeWords(group.destination),
    account: accountWords(group.destination.account),
    destination: destinationKey(group.destination),
  };
}

function millisecondsOf(ns: bigint | null): number | null {
  return ns === null ? null : Number(ns / 1_000_000n);
}
