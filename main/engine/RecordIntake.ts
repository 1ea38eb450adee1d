import { decoderFor, type DecodedMessage, type MessageDecoder } from '../codec/MessageDecoder.js';
import type { LiveWindow } from '../live/LiveWindow.js';
import type { MetricWindow } from '../live/MetricWindow.js';
import type { RateMeter } from '../live/RateMeter.js';
import type { Channel } from '../model/Channel.js';
import type { Destination } from '../model/Destination.js';
import type { CountedLoss, LossStage } from '../model/Loss.js';
import { isBelow } from '../model/namespace.js';
import type { LogRecord, TetherRecord } from '../model/Record.js';
import { severityRank, type Severity } from '../model/Severity.js';
import type { Cache, RecordToCache } from '../seams/Cache.js';
import type { Clock } from '../seams/Clock.js';
import type { SourceEvent, SourceMessage } from '../seams/RobotSource.js';

import { RecentLosses } from './RecentLosses.js';

interface KnownChannel {
  readonly channel: Channel;
  readonly decoder: MessageDecoder | null;
}

/** What the robot file says about taking records in. */
export interface IntakeRules {
  /** Of the robot, where several share a domain: lines of nodes outside are not this robot's. Empty: all are. */
  readonly namespace: string;
  readonly severityMin: Severity;
  readonly ignoreNodes: readonly string[];
  readonly logDestination: Destination;
  readonly metricDestination: Destination;
}

/**
 * From the source's bytes to the live window and the cache, in the order of arrival. Nothing waits here: the window has a
 * row at once, and its state follows when the disk has it. Every message that does not get through is counted.
 */
export class RecordIntake {
  private readonly decoders = new Map<number, KnownChannel>();
  private readonly appending = new Set<Promise<void>>();
  /** Counted, and not yet on their way to the ledger; by stage and reason. */
  private readonly losses = new Map<string, CountedLoss>();
  private cancelLosses: (() => void) | null = null;
  private ignored: ReadonlySet<string>;
  readonly recentLosses: RecentLosses;
  receivedLogs = 0;
  receivedMetrics = 0;
  skippedLogs = 0;
  /** Lines of other robots on the domain: neither shown nor kept, and no loss. */
  logsOfOthers = 0;
  lastReceivedNs: bigint | null = null;

  constructor(
    private rules: IntakeRules,
    private readonly parts: {
      readonly cache: Cache;
      readonly logs: LiveWindow;
      readonly metrics: MetricWindow;
      readonly rate: RateMeter;
      readonly clock: Clock;
      readonly log: (line: string) => void;
    },
  ) {
    this.ignored = namesWithAndWithoutSlash(rules.ignoreNodes);
    this.recentLosses = new RecentLosses(parts.clock);
  }

  setRules(rules: IntakeRules): void {
    this.rules = rules;
    this.ignored = namesWithAndWithoutSlash(rules.ignoreNodes);
  }

  take(event: Exclude<SourceEvent, { type: 'status' }>): void {
    switch (event.type) {
      case 'channel':
        this.openChannel(event.channelId, event.channel);
        break;
      case 'messages':
        this.takeMessages(event.messages);
        break;
      case 'loss':
        this.countLoss(event.loss.stage, event.loss.count, event.loss.reason, event.loss.noticedNs);
        break;
      case 'gap':
        // Nobody can say how many.
        this.parts.logs.addGap(event.noticedNs, 0, event.reason, 'link');
        break;
    }
  }

  /** Resolves when all that was taken is on disk, or counted as lost. */
  async drain(): Promise<void> {
    this.writeLosses();
    await Promise.all(this.appending);
  }

  private openChannel(channelId: number, channel: Channel): void {
    const decoder = decoderFor(channel);
    if (!decoder.ok) this.parts.log(`${channel.topic}: ${decoder.problem.message}`);
    this.decoders.set(channelId, { channel, decoder: decoder.ok ? decoder.value : null });
  }

  private takeMessages(messages: readonly SourceMessage[]): void {
    const toCache: RecordToCache[] = [];
    const rowIds: (number | null)[] = [];
    let records = 0;
    for (const message of messages) {
      const known = this.decoders.get(message.channelId);
      if (known === undefined) {
        this.countLoss('decode', 1, 'no decoder for an unknown channel', message.receivedNs);
        continue;
      }
      for (const decoded of this.decode(known, message)) {
        records += 1;
        if (this.isOfAnother(decoded.record)) {
          this.logsOfOthers++;
          continue;
        }
        const rowId = this.show(decoded, message.replayed === true);
        if (rowId === skipped) continue;
        toCache.push(this.toCache(known.channel, decoded));
        rowIds.push(rowId);
      }
    }
    this.lastReceivedNs = messages.at(-1)?.receivedNs ?? this.lastReceivedNs;
    this.parts.rate.add(records);
    if (toCache.length > 0) this.append(toCache, rowIds);
  }

  private decode({ channel, decoder }: KnownChannel, { data, receivedNs }: SourceMessage): readonly DecodedMessage[] {
    const result = decoder?.decode(data, receivedNs);
    if (result?.ok === true) return result.value;
    const reason =
      result === undefined ? `no decoder for ${channel.schemaName}` : `${channel.topic}: ${result.problem.message}`;
    this.countLoss('decode', 1, reason, receivedNs);
    return [];
  }

  /** Puts the record into the live window. A log's row id, null for a metric, `skipped` for what is only shown. */
  private show({ record }: DecodedMessage, replayed: boolean): number | null | typeof skipped {
    if (record.kind === 'metric') {
      this.receivedMetrics++;
      this.parts.metrics.add(record);
      return null;
    }
    this.receivedLogs++;
    if (this.isKept(record)) return this.parts.logs.addLog(record, 'received', replayed);
    this.skippedLogs++;
    this.parts.logs.addLog(record, 'skipped', replayed);
    return skipped;
  }

  /** What comes on a topic of the robot's own is the robot's; on a shared one (/rosout) the name of the node tells. */
  private isOfAnother(record: TetherRecord): boolean {
    const { namespace } = this.rules;
    if (namespace === '' || record.kind === 'metric' || record.topic.startsWith(`${namespace}/`)) return false;
    return !isBelow(namespace, record.node);
  }

  private isKept(record: LogRecord): boolean {
    return severityRank(record.severity) >= severityRank(this.rules.severityMin) && !this.ignored.has(record.node);
  }

  private toCache(channel: Channel, { record, data }: DecodedMessage): RecordToCache {
    const { receivedNs, stampNs, kind } = record;
    const isLog = record.kind === 'log';
    return {
      channel,
      destination: isLog ? this.rules.logDestination : this.rules.metricDestination,
      receivedNs,
      stampNs,
      data,
      kind,
      severity: isLog ? record.severity : null,
      label: isLog ? record.node : record.name,
      origin: '',
    };
  }

  private append(records: readonly RecordToCache[], rowIds: readonly (number | null)[]): void {
    const done = this.parts.cache
      .append(records)
      .then((addresses) => {
        const lost = addresses.filter((address) => address === null).length;
        // The cache has counted them.
        if (lost > 0) this.recentLosses.add('memory', lost, 'the disk did not take them, and memory was full');
        rowIds.forEach((rowId, index) => {
          if (rowId !== null) this.parts.logs.place(rowId, addresses[index] ?? null);
        });
      })
      .catch((error: unknown) => {
        this.parts.log(`append failed: ${String(error)}`);
        this.countLoss('memory', records.length, 'the cache failed unexpectedly', this.parts.clock.nowNs());
      })
      .finally(() => this.appending.delete(done));
    this.appending.add(done);
  }

  private countLoss(stage: LossStage, count: number, reason: string, noticedNs: bigint): void {
    this.parts.logs.addGap(noticedNs, count, reason, stage);
    this.recentLosses.add(stage, count, reason);
    const key = `${stage} ${reason}`;
    const before = this.losses.get(key);
    const noticedMs = before?.noticedMs ?? Number(noticedNs / 1000n) / 1000;
    this.losses.set(key, { stage, reason, count: (before?.count ?? 0) + count, noticedMs });
    if (this.cancelLosses !== null) return;
    this.writeLosses();
    this.cancelLosses = this.parts.clock.after(lossesEveryMs, () => {
      this.cancelLosses = null;
      this.writeLosses();
    });
  }

  /** Each count is a durable line of the ledger: at a bad link's rate they are summed up first. */
  private writeLosses(): void {
    for (const { stage, count, reason, noticedMs } of this.losses.values()) {
      const done = this.parts.cache
        .countLoss(stage, count, reason, noticedMs)
        .catch((error: unknown) => {
          this.parts.log(`a loss could not be counted: ${String(error)}`);
        })
        .finally(() => this.appending.delete(done));
      this.appending.add(done);
    }
    this.losses.clear();
  }
}

const skipped = Symbol('skipped');

/** The first loss is written at once, those that follow within this together. */
const lossesEveryMs = 250;

/** The original ROS 2 sample wrote `/node`, which no ROS 2 logger name matches: both spellings are taken. */
function namesWithAndWithoutSlash(names: readonly string[]): ReadonlySet<string> {
  const bare = names.map((name) => name.replace(/^\/+/, '').replaceAll('/', '.'));
  return new Set([...names, ...bare]);
}
