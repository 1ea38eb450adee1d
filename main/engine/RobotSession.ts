import path from 'node:path';
import { openDiskCache } from '../cache/openDiskCache.js';
import type { CallOutput, DryRun } from '../contract/calls.js';
import type { RobotStatus } from '../contract/frames.js';
import { LiveWindow } from '../live/LiveWindow.js';
import { MetricWindow } from '../live/MetricWindow.js';
import { RateMeter } from '../live/RateMeter.js';
import { destinationsOf } from '../model/destinationsOf.js';
import type { LogDestination } from '../model/Destination.js';
import type { MetricDimension } from '../model/Record.js';
import { sentDimensions } from '../model/sentDimensions.js';
import { evictionCauseWords } from '../model/Loss.js';
import { needsReconnect } from '../model/needsReconnect.js';
import { fail, succeed, type Result } from '../model/Problem.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { Severity } from '../model/Severity.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import type { RowState } from '../contract/frames.js';
import type { Cache, CacheChange, CacheUsage, PendingSummary } from '../seams/Cache.js';
import type { Clock } from '../seams/Clock.js';
import type { CloudSink } from '../seams/CloudSink.js';
import type { RobotSource, SourceStatus, TopicStatus } from '../seams/RobotSource.js';
import type { AccountBreakers } from '../upload/AccountBreakers.js';
import { FileIntentBook } from '../upload/intents/FileIntentBook.js';
import { RobotWire } from '../upload/RobotWire.js';
import { Uploader } from '../upload/Uploader.js';
import type { UploaderStatus } from '../upload/UploaderStatus.js';
import { CurrentSink } from './CurrentSink.js';
import { exportRecords, type ExportOrder } from './exportRecords.js';
import { dryRunOf } from './dryRunOf.js';
import { FillForecast } from './FillForecast.js';
import { LadderKeeper } from './LadderKeeper.js';
import type { LaptopLink } from './LaptopLink.js';
import { LinkWatch } from './LinkWatch.js';
import { noteRecord, type NewNote } from './noteRecord.js';
import { PlaceLooks } from './PlaceLooks.js';
import { RecordIntake, type IntakeRules } from './RecordIntake.js';
import { robotStatusOf } from './robotStatusOf.js';
import { SentMetrics } from './SentMetrics.js';
import { UploadLedger } from './UploadLedger.js';

/** What a session is handed: the seams, so that a test can hand it fakes. */
export interface SessionParts {
  readonly clock: Clock;
  readonly cacheFolder: string;
  /** Of the ledger of uploads; the list of sent metrics stands beside it. */
  readonly uploadsFile: string;
  /** For exports that name no other. */
  readonly exportsFolder: string;
  readonly owner: { readonly kind: string; readonly controlSocket: string | null };
  /** Bytes of the disk that are kept free; absent or null: the usual. */
  readonly diskFreeBytesMin?: number | null;
  readonly sinkFor: (config: RobotConfig, wire: RobotWire) => CloudSink;
  /** Of this laptop; absent: nobody limits it. */
  readonly laptopLink?: LaptopLink;
  /** Of all robots together. */
  readonly breakers?: AccountBreakers;
  /** `seenBefore`: the last messages on disk, which publishers that keep a history will send again; `drain`: see RecordIntake. */
  readonly sourceFor: (
    config: RobotConfig,
    seenBefore: readonly SeenMessage[],
    drain: () => Promise<void>,
  ) => RobotSource;
  /** Starts the demo robot on the source's domain; returns what stops it. */
  readonly startDemo: (config: RobotConfig) => { stop(): Promise<void> };
  readonly log: (line: string) => void;
}

/** A message that is on disk already. */
export interface SeenMessage {
  readonly topic: string;
  readonly data: Uint8Array;
}

/**
 * One robot: its source (when connected), its cache, its uploader and its live window. The cache and the uploader live as
 * long as the session, so that what is on disk is sent also while the robot is away.
 */
export class RobotSession {
  readonly logs = new LiveWindow();
  readonly metrics = new MetricWindow();
  readonly rate: RateMeter;
  readonly intake: RecordIntake;
  readonly uploader: Uploader;
  private readonly link: LinkWatch;
  private readonly looks: PlaceLooks;
  private readonly ladder: LadderKeeper;
  private readonly forecast: FillForecast;
  private source: RobotSource | null = null;
  private sourceNow: SourceStatus = stoppedStatus;
  private demo: { stop(): Promise<void> } | null = null;
  /** Whether a connection is wanted, also while it is being made. */
  private isWanted = false;
  /** The end of the connection before. */
  private leaving: Promise<unknown> = Promise.resolve();
  private hostReturned: { readonly atMs: number; readonly words: string } | null = null;
  private pendingNow: readonly PendingSummary[] = [];
  private pendingAtMs = Number.NEGATIVE_INFINITY;
  private stopListening: () => void = () => undefined;
  private stopListeningToLink: () => void = () => undefined;

  private constructor(
    private configNow: RobotConfig,
    readonly cache: Cache,
    private readonly sink: CurrentSink,
    private readonly wire: RobotWire,
    private readonly intents: FileIntentBook,
    readonly uploads: UploadLedger,
    private readonly sentMetrics: SentMetrics,
    private readonly parts: SessionParts,
  ) {
    this.rate = new RateMeter(parts.clock);
    this.link = new LinkWatch(sink, parts.clock, {
      onBack: () => {
        this.uploader.tryNow();
      },
      isMetered: () => this.uploader.status().metered !== null,
    });
    this.looks = new PlaceLooks(sink, parts.clock);
    this.ladder = new LadderKeeper(parts.clock);
    this.forecast = new FillForecast(parts.clock);
    this.intake = new RecordIntake(intakeRules(configNow), {
      ...parts,
      cache,
      logs: this.logs,
      metrics: this.metrics,
      rate: this.rate,
    });
    this.uploader = new Uploader({
      cache,
      sink,
      intents,
      settings: configNow,
      clock: parts.clock,
      random: Math.random,
      onFound: (requests) => {
        for (const request of requests) {
          uploads.add(request, { type: 'accepted' });
          sentMetrics.add(request, { type: 'accepted' });
        }
      },
      wire,
      ...(parts.breakers === undefined ? {} : { breakers: parts.breakers }),
    });
  }

  static async open(config: RobotConfig, parts: SessionParts): Promise<Result<RobotSession>> {
    let opened: RobotSession | null = null;
    const cache = await openDiskCache({
      folder: parts.cacheFolder,
      robot: config.name,
      owner: parts.owner,
      limits: config.cache,
      logDestination: () => namedLogPlace(opened?.config ?? config),
      clock: parts.clock,
      ...(typeof parts.diskFreeBytesMin === 'number' ? { diskFreeBytesMin: parts.diskFreeBytesMin } : {}),
    });
    if (!cache.ok) return cache;
    for (const { words } of cache.value.recoveries()) parts.log(`found when the cache was opened: ${words}`);
    const intents = await FileIntentBook.load(path.join(parts.cacheFolder, 'intents.jsonl'));
    const uploads = await UploadLedger.open({ file: parts.uploadsFile, clock: parts.clock, log: parts.log });
    const sentMetrics = await SentMetrics.open({
      file: parts.uploadsFile.replace(/\.jsonl$/, '.metrics.jsonl'),
      clock: parts.clock,
      log: parts.log,
    });
    const wire = new RobotWire(config.name, parts.clock, parts.laptopLink?.budget ?? null);
    const sink = new CurrentSink(parts.sinkFor(config, wire), (request, outcome) => {
      uploads.add(request, outcome);
      sentMetrics.add(request, outcome);
    });
    const session = new RobotSession(config, cache.value, sink, wire, intents, uploads, sentMetrics, parts);
    opened = session;
    session.stopListening = cache.value.onChange((change) => {
      session.cacheChanged(change);
    });
    session.obeyLink();
    session.stopListeningToLink =
      parts.laptopLink?.onChange(() => {
        session.obeyLink();
      }) ?? (() => undefined);
    return succeed(session);
  }

  get name(): string {
    return this.configNow.name;
  }

  /** What the filter means, to a file. Changes nothing in the cache. */
  exportRecords(
    order: Omit<ExportOrder, 'robot' | 'folder' | 'nowMs'>,
    signal: AbortSignal,
  ): Promise<Result<CallOutput<'cache.export'>>> {
    const nowMs = Number(this.parts.clock.nowNs() / 1_000_000n);
    const place = { robot: this.name, folder: this.parts.exportsFolder, nowMs };
    return exportRecords(this.cache, { ...order, ...place }, signal);
  }

  get config(): RobotConfig {
    return this.configNow;
  }

  /** The topics that are listened to, with what is known of them. */
  topics(): readonly TopicStatus[] {
    return (this.source?.status() ?? stoppedStatus).topics;
  }

  get connected(): boolean {
    return this.source !== null;
  }

  /** Begins to send what is on disk. */
  startUploading(mode: 'auto' | 'manual'): void {
    this.uploader.setMode(mode);
    this.uploader.start();
    this.link.start();
  }

  async connect(): Promise<void> {
    this.isWanted = true;
    await this.leaving;
    const seenBefore = await this.lastOnDisk().catch((error: unknown) => {
      // Without it a robot's replay may come in twice: better than not at all.
      this.parts.log(`the last records could not be read: ${String(error)}`);
      return [];
    });
    // Disconnected, or connected by another caller, meanwhile.
    if (!this.mayConnect()) return;
    if (this.configNow.source.demo) this.demo = this.parts.startDemo(this.configNow);
    const source = this.parts.sourceFor(this.configNow, seenBefore, () => this.intake.drain());
    this.source = source;
    await source.start((event) => {
      // A source that is being stopped still hands on what it has: that is taken in.
      if (event.type !== 'status') this.intake.take(event);
      else if (this.source === source) this.sourceChanged(event.status);
    });
  }

  async disconnect(): Promise<void> {
    const { source, demo } = this;
    this.isWanted = false;
    this.source = null;
    this.demo = null;
    const left = Promise.all([this.leaving, source?.stop(), demo?.stop()]);
    this.leaving = left.catch(() => undefined);
    await left;
    this.sourceNow = stoppedStatus;
    await this.intake.drain();
  }

  async setLoggerLevel(logger: string, severity: Severity): Promise<Result<void>> {
    if (this.source === null) return fail('not-connected', `${this.name} is not connected.`, 'Connect it first.');
    if (this.source.setLoggerLevel === undefined) {
      return fail('no-levels', 'The level of a node can be set on ROS 2 robots only.', 'Set it on the robot.');
    }
    return await this.source.setLoggerLevel(logger, severity);
  }

  /** Asks the robot's nodes something through its source; `ask` gives nothing where the robot's protocol has no such thing. */
  async askNodes<T>(ask: (source: RobotSource) => Promise<Result<T>> | undefined): Promise<Result<T>> {
    if (this.source === null) return fail('not-connected', `${this.name} is not connected.`, 'Connect it first.');
    const asked = ask(this.source);
    return (await asked) ?? fail('no-nodes', 'Only nodes of ROS 2 robots can be asked.', 'Look at the robot itself.');
  }

  /** Puts a checked configuration into force: at once, but for the connection, which is made anew when it changed. */
  async apply(config: RobotConfig): Promise<void> {
    const before = this.configNow;
    this.configNow = config;
    this.intake.setRules(intakeRules(config));
    this.cache.setLimits(config.cache);
    if (!isDeepEqual(wayOf(before), wayOf(config))) {
      this.sink.replace(this.parts.sinkFor(config, this.wire));
      this.looks.forget();
      this.link.askSoon();
      this.uploader.tryNow();
    }
    this.uploader.setSettings(config);
    this.obeyLink();
    if (this.connected && needsReconnect(before, config)) {
      await this.disconnect();
      await this.connect();
    }
  }

  async status(): Promise<RobotStatus> {
    const usage = await this.cache.usage();
    await this.refreshPending();
    const upload = this.uploader.status();
    const linkNow = this.link.now();
    if ((upload.problem !== null) === (linkNow.reachable === true && !linkNow.notAuthorised)) this.link.askSoon();
    return robotStatusOf({
      config: this.configNow,
      connected: this.connected,
      // Asked for, not remembered: events tell of changes of state, not of each message.
      source: this.source?.status() ?? stoppedStatus,
      usage,
      pending: this.pendingNow,
      upload,
      intake: this.intake,
      recordsPerS: this.rate.perSecond(),
      fullInS: this.fullInS(usage, upload),
      ladder: this.ladder,
      hostReturnedWords: this.hostReturnedWords(),
      link: { ...linkNow, cloud: this.configNow.account.cloud },
      alarms: this.metrics.thresholds.list(),
      nowNs: this.parts.clock.nowNs(),
    });
  }

  /** Puts a person's note among the records. Resolves when it is on disk; problem `note-lost` when it did not get there. */
  async addNote(note: NewNote): Promise<Result<void>> {
    const { log } = destinationsOf(this.configNow);
    const { record, toCache } = noteRecord(note, log, this.parts.clock.nowNs());
    const id = this.logs.addLog(record, 'received');
    const [address] = await this.cache.append([toCache]);
    this.logs.place(id, address ?? null);
    if (address !== undefined && address !== null) return succeed(undefined);
    return fail('note-lost', 'The disk did not take the note.', 'Make room on the disk, then write it again.');
  }

  /** Stops the source first, writes what waits, then gives up the cache. */
  async close(): Promise<Result<void>> {
    await this.disconnect();
    await this.uploader.stop();
    await this.uploads.write();
    await this.sentMetrics.write();
    this.link.stop();
    this.stopListening();
    this.stopListeningToLink();
    // While the cache still keeps others out.
    await this.intents.close();
    const closed = await this.cache.close();
    this.sink.close();
    return closed;
  }

  /** What a flush would send, and what of it CloudWatch does not have yet. */
  async dryRun(filter: RecordFilter): Promise<DryRun> {
    const { uploads, sentMetrics } = this;
    const { reachable, accountId } = await this.link.known();
    // A list of metrics is long: it is not asked for where each byte costs.
    const looks = reachable === false || this.uploader.status().metered !== null ? null : this.looks;
    return await dryRunOf(await this.uploader.dryRun(filter), { uploads, sentMetrics, looks, accountId });
  }

  /** Was a metric with these dimensions of its own sent from here within the last two weeks, to where records go now? */
  hasSentMetric(name: string, dimensions: readonly MetricDimension[]): boolean {
    const { metrics } = this.configNow;
    const all = sentDimensions(metrics.defaultDimensions, dimensions);
    return this.sentMetrics.knows(destinationsOf(this.configNow).metric, name, all);
  }

  async usage(): Promise<CacheUsage> {
    return await this.cache.usage();
  }

  /** While uploads get through, what grows is the open segment alone: nothing is filling up. */
  private fullInS(usage: CacheUsage, upload: UploaderStatus): number | null {
    const secondsLeft = this.forecast.secondsLeft(usage.bytes, usage.bytesMax);
    return upload.mode === 'auto' && upload.problem === null ? null : secondsLeft;
  }

  private async lastOnDisk(): Promise<readonly SeenMessage[]> {
    const sinceNs = this.parts.clock.nowNs() - replayedNsMax;
    const seen: SeenMessage[] = [];
    for await (const { channel, data, record } of this.cache.read({ kind: 'log' }, 'newest')) {
      if (record.receivedNs < sinceNs || seen.length === seenMessagesMax) break;
      seen.push({ topic: channel.topic, data });
    }
    return seen;
  }

  /** What the link may carry, as the laptop and this robot's file say now. */
  private obeyLink(): void {
    const { sending, account } = this.configNow;
    const isLaptops = sending.metered === 'laptop' && account.cloud !== 'local';
    this.wire.setLimit(sending.limitBytesPerS);
    this.uploader.setMetered(isLaptops ? this.parts.laptopLink?.metered === true : sending.metered === 'always');
  }

  private mayConnect(): boolean {
    return this.isWanted && this.source === null;
  }

  private sourceChanged(status: SourceStatus): void {
    if (status.restarts > this.sourceNow.restarts) {
      this.hostReturned = {
        atMs: this.parts.clock.monotonicMs(),
        words: `${status.hostless === true ? 'The connection ended and was made' : 'The robot host ended and was started'} again (${status.restarts} times so far). ${status.reason}`,
      };
    }
    this.sourceNow = status;
  }

  private hostReturnedWords(): string | null {
    const returned = this.hostReturned;
    if (returned === null || this.parts.clock.monotonicMs() - returned.atMs > hostReturnedShownMs) return null;
    return returned.words;
  }

  private async refreshPending(): Promise<void> {
    const nowMs = this.parts.clock.monotonicMs();
    if (nowMs - this.pendingAtMs < pendingEveryMs) return;
    this.pendingAtMs = nowMs;
    this.pendingNow = await this.cache.pending();
  }

  private cacheChanged(change: CacheChange): void {
    // The uploader listens for itself; a row learns of its place when its append resolves.
    if (change.type === 'appended') return;
    this.logs.change(change.ranges, rowStateByChange[change.type]);
    if (change.type === 'evicted') {
      const count = change.ranges.reduce((sum, range) => sum + range.to - range.from + 1, 0);
      const reason = `${evictionCauseWords[change.cause]} made the oldest records go`;
      this.logs.addGap(this.parts.clock.nowNs(), count, reason, 'evicted');
    }
  }
}

const rowStateByChange: Readonly<Record<Exclude<CacheChange['type'], 'appended'>, RowState>> = {
  sending: 'sending',
  pending: 'cached',
  acknowledged: 'sent',
  quarantined: 'refused',
  held: 'held',
  deleted: 'gone',
  evicted: 'gone',
};

const stoppedStatus: SourceStatus = {
  state: 'stopped',
  reason: '',
  nextStep: '',
  topics: [],
  hostPid: null,
  restarts: 0,
};

/** Long enough to be read after looking up. */
const hostReturnedShownMs = 10_000;
const pendingEveryMs = 1_000;
/** rclcpp's /rosout keeps 1,000 messages a publisher, for 10 s (rcl's rosout QoS); some nodes keep them longer. */
const replayedNsMax = 60_000_000_000n;
const seenMessagesMax = 20_000;

/** Where the robot file says that logs go; a robot of metrics alone gets no log group that nobody named. */
function namedLogPlace(config: RobotConfig): LogDestination | null {
  return config.logs.isPlaceNamed ? destinationsOf(config).log : null;
}

function intakeRules(config: RobotConfig): IntakeRules {
  const { log, metric } = destinationsOf(config);
  return {
    namespace: config.source.namespace,
    severityMin: config.logs.severityMin,
    ignoreNodes: config.logs.ignoreNodes,
    logDestination: log,
    metricDestination: metric,
  };
}

/** What the sink is made from. */
function wayOf({ account, connection, sending }: RobotConfig): readonly unknown[] {
  return [account, connection, sending.accountId, sending.onlyRegion];
}

/** Configurations are plain data with fields in a fixed order. */
function isDeepEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
