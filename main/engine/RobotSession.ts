import path from 'node:path';
import { openDiskCache } from '../cache/openDiskCache.js';
import { pausedFlushesFile } from '../config/home.js';
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
import type { RobotSource, TopicStatus } from '../seams/RobotSource.js';
import { FileIntentBook } from '../upload/intents/FileIntentBook.js';
import { RobotWire } from '../upload/RobotWire.js';
import { Uploader } from '../upload/Uploader.js';
import { CurrentSink } from './CurrentSink.js';
import { exportRecords, type ExportOrder } from './exportRecords.js';
import { diskRoomOf } from './diskRoomOf.js';
import { dryRunOf } from './dryRunOf.js';
import { FillForecast } from './FillForecast.js';
import { LadderKeeper } from './LadderKeeper.js';
import { LinkWatch } from './LinkWatch.js';
import { noteRecord, type NewNote } from './noteRecord.js';
import { PausedFlushes, unreadPauseWords } from './PausedFlushes.js';
import { PlaceLooks } from './PlaceLooks.js';
import { RecordIntake, type IntakeRules } from './RecordIntake.js';
import { RobotConnection } from './RobotConnection.js';
import { robotStatusOf } from './robotStatusOf.js';
import { SentMetrics } from './SentMetrics.js';
import type { SessionParts } from './SessionParts.js';
import { UploadLedger } from './UploadLedger.js';

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
  private readonly connection: RobotConnection;
  private readonly link: LinkWatch;
  private readonly looks: PlaceLooks;
  private readonly ladder: LadderKeeper;
  private readonly forecast: FillForecast;
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
    private readonly paused: PausedFlushes,
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
    this.forecast = new FillForecast(parts.clock, () => diskRoomOf(parts.cacheFolder, parts.diskFreeBytesMin ?? null));
    this.intake = new RecordIntake(intakeRules(configNow), {
      ...parts,
      cache,
      logs: this.logs,
      metrics: this.metrics,
      rate: this.rate,
      onUrgent: () => {
        this.uploader.kickUrgent();
      },
    });
    this.connection = new RobotConnection({ ...parts, cache, intake: this.intake, config: () => this.configNow });
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
      onPaused: (flushes) => {
        paused.keep(flushes);
      },
      ...(parts.breakers === undefined ? {} : { breakers: parts.breakers }),
    });
    this.uploader.keepPaused(paused.left);
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
      readsAhead: true,
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
    const paused = await PausedFlushes.open({
      file: pausedFlushesFile(parts.uploadsFile),
      log: parts.log,
    });
    const wire = new RobotWire(config.name, parts.clock, parts.laptopLink?.budget ?? null);
    const sink = new CurrentSink(parts.sinkFor(config, wire), (request, outcome) => {
      uploads.add(request, outcome);
      sentMetrics.add(request, outcome);
    });
    const session = new RobotSession(config, cache.value, sink, wire, intents, uploads, sentMetrics, paused, parts);
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
    return this.connection.status().topics;
  }

  get connected(): boolean {
    return this.connection.connected;
  }

  /** Begins to send what is on disk. */
  startUploading(mode: 'auto' | 'manual'): void {
    if (this.paused.isUnread) this.uploader.setMode('manual', unreadPauseWords);
    else this.uploader.setMode(mode);
    this.uploader.start();
    this.link.start();
  }

  /** A person's choice, from now on. */
  chooseMode(mode: 'auto' | 'manual'): void {
    this.paused.forgetUnread();
    this.uploader.setMode(mode);
  }

  /** How many flushes. Problem `disk`: they are paused, but a restart will not know of it. */
  async pauseFlushes(): Promise<Result<number>> {
    const flushes = this.uploader.pauseFlushes();
    const kept = await this.paused.settled();
    return kept.ok ? succeed(flushes) : kept;
  }

  connect(): Promise<void> {
    return this.connection.connect();
  }

  disconnect(): Promise<void> {
    return this.connection.disconnect();
  }

  setLoggerLevel(logger: string, severity: Severity): Promise<Result<void>> {
    return this.connection.setLoggerLevel(logger, severity);
  }

  /** Asks the robot's nodes something through its source; `ask` gives nothing where the robot's protocol has no such thing. */
  askNodes<T>(ask: (source: RobotSource) => Promise<Result<T>> | undefined): Promise<Result<T>> {
    return this.connection.askNodes(ask);
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
      source: this.connection.status(),
      usage,
      pending: this.pendingNow,
      upload,
      intake: this.intake,
      samplesNotShown: this.metrics.samplesLeftOut,
      recordsPerS: this.rate.perSecond(),
      full: this.forecast.next(usage, upload.mode === 'manual' || upload.problem !== null),
      ladder: this.ladder,
      hostReturnedWords: this.connection.hostReturnedWords(),
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
    await this.paused.settled();
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
    const keptDays = this.configNow.newGroups?.retentionDays ?? 0;
    return await dryRunOf(await this.uploader.dryRun(filter), { uploads, sentMetrics, looks, accountId, keptDays });
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

  /** What the link may carry, as the laptop and this robot's file say now. */
  private obeyLink(): void {
    const { sending, account } = this.configNow;
    const isLaptops = sending.metered === 'laptop' && account.cloud !== 'local';
    this.wire.setLimit(sending.limitBytesPerS);
    this.uploader.setMetered(isLaptops ? this.parts.laptopLink?.metered === true : sending.metered === 'always');
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

const pendingEveryMs = 1_000;

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
function wayOf({ account, connection, sending, newGroups }: RobotConfig): readonly unknown[] {
  return [account, connection, sending.accountId, sending.onlyRegion, newGroups];
}

/** Configurations are plain data with fields in a fixed order. */
function isDeepEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
