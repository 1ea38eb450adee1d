import { messageOfFilter } from '../contract/messageOfFilter.js';
import type { CloudAccount } from '../model/Destination.js';
import { succeed, type Result } from '../model/Problem.js';
import type { RecordKind } from '../model/Record.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { LogsConfig, MetricsConfig, SendingConfig } from '../model/RobotConfig.js';
import type { Cache } from '../seams/Cache.js';
import type { Clock } from '../seams/Clock.js';
import type { CloudSink, SinkRequest } from '../seams/CloudSink.js';
import { AccountBreakers } from './AccountBreakers.js';
import type { Breaker, OpenBreaker, Setback } from './Breaker.js';
import { estimateFlush, type FlushEstimate } from './estimateFlush.js';
import type { FlushCounts, FlushJob, KeptFlush } from './FlushJob.js';
import { FlushJobs } from './FlushJobs.js';
import type { IntentBook, Packing } from './intents/Intent.js';
import type { RobotWire } from './RobotWire.js';
import type { UploaderStatus } from './UploaderStatus.js';
import { UploadLane } from './UploadLane.js';
import { UploadTally } from './UploadTally.js';

export interface UploadSettings {
  readonly logs: LogsConfig;
  readonly metrics: MetricsConfig;
  readonly sending: SendingConfig;
}

export interface UploaderOptions {
  readonly cache: Cache;
  readonly sink: CloudSink;
  readonly intents: IntentBook;
  readonly settings: UploadSettings;
  readonly clock: Clock;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
  /** Shared by all who send to the same accounts; of its own when there are none. */
  readonly breakers?: AccountBreakers;
  /** Requests whose answer was lost, and which were found in CloudWatch. */
  readonly onFound?: (requests: readonly SinkRequest[]) => void;
  /** What counts its bytes on the wire, and holds them to a limit. */
  readonly wire?: RobotWire;
  /** What is paused now, at each change: to be kept over a restart, and handed to `keepPaused` then. */
  readonly onPaused?: (flushes: readonly KeptFlush[]) => void;
  /** Called at each change, many times a second while sending. */
  readonly onStatus?: (status: UploaderStatus) => void;
}

export interface FlushOptions {
  /** Who asked went away: the flush ends, but for a paused one, which a person at the desk goes on with or calls off. */
  readonly signal: AbortSignal;
  /**
   * True: stays wanted while it is not possible (offline, not authorised) and goes on by itself. False: ends then with that
   * problem; short hiccups of the service are sat out all the same.
   */
  readonly wait: boolean;
}

export interface FlushResult extends FlushCounts {
  /** Matching records that still wait: came meanwhile, or are stamped ahead. */
  readonly remaining: number;
}

/** How long `stop` lets a request that is under way go on. */
const stopWaitMs = 3_000;
/** While the cache cannot be read. */
const countAgainMs = 5_000;
const notCounted = { records: 0, sent: 0, refused: 0 };

/**
 * Sends what a robot's cache holds to CloudWatch: by itself (`auto`) or when a person says so (`manual`, `flush`).
 *
 * Logs and metrics go in two lanes that know nothing of each other but that they share an account. Nothing is acknowledged
 * unless CloudWatch accepted it; what it refuses for good goes to quarantine alone; for anything else the data stay.
 * Records outside what CloudWatch takes by age (14 days, so also those of a robot whose clock was never set, stamped 1970) are
 * never sent to be rejected: the cache keeps them as expired.
 */
export class Uploader {
  private mode: 'auto' | 'manual' = 'auto';
  private manualWords = manualWords;
  private metered = false;
  private settings: UploadSettings;
  private readonly tally: UploadTally;
  private readonly breakers: AccountBreakers;
  /** Of the accounts that this robot has sent to, with what ends listening to them. */
  private readonly used = new Map<Breaker, () => void>();
  private readonly lanes: readonly [UploadLane, UploadLane];
  private readonly stopping = new AbortController();
  private readonly giveUp = new AbortController();
  private readonly jobs = new FlushJobs(() => {
    for (const lane of this.lanes) lane.wake();
    this.changed();
  });
  /** What ends from now on ends with this process alone. */
  private isEnding = false;
  private running: Promise<unknown> | null = null;
  private stopListening: (() => void) | null = null;

  constructor(private readonly options: UploaderOptions) {
    this.settings = options.settings;
    this.tally = new UploadTally(options.clock);
    this.breakers = options.breakers ?? new AccountBreakers(options.clock, options.random);
    this.lanes = [this.lane('log'), this.lane('metric')];
  }

  /** Once. */
  start(): void {
    if (this.running !== null) return;
    this.stopListening = this.options.cache.onChange(({ type }) => {
      if (type === 'appended' || type === 'pending') this.kick();
    });
    this.running = Promise.all(this.lanes.map((lane) => lane.run()));
  }

  /** Lets the request under way end within `stopWaitMs`, then gives it up. What is not answered goes back to the cache. */
  async stop(): Promise<void> {
    this.stopListening?.();
    this.stopping.abort();
    for (const lane of this.lanes) lane.wake();
    const cancel = this.options.clock.after(stopWaitMs, () => {
      this.giveUp.abort();
    });
    await this.running;
    cancel();
    for (const stopListening of this.used.values()) stopListening();
    this.isEnding = true;
    this.jobs.end('all', stoppedProblem);
  }

  /** Flushes that were paused when Tether ended: they stay so until they go on or are called off. Before `start`. */
  keepPaused(flushes: readonly KeptFlush[]): void {
    for (const kept of flushes) {
      const job = this.jobs.addKept(kept);
      if (kept.counts === null) void this.beginKept(job);
    }
    this.changed();
  }

  /** `words`: what is said while it is manual, where a person did not just choose that. */
  setMode(mode: 'auto' | 'manual', words = manualWords): void {
    this.mode = mode;
    this.manualWords = words;
    for (const lane of this.lanes) lane.wake();
    this.changed();
  }

  /** Whether sending costs: then only what the settings name goes by itself, and all else waits for a flush. */
  setMetered(metered: boolean): void {
    if (metered === this.metered) return;
    this.metered = metered;
    for (const lane of this.lanes) lane.lookAnew();
    this.changed();
  }

  setSettings(settings: UploadSettings): void {
    this.settings = settings;
    for (const lane of this.lanes) lane.settingsChanged();
    this.changed();
  }

  /** New data was appended. */
  kick(): void {
    for (const lane of this.lanes) lane.kick();
  }

  /** A line of an urgent severity was appended. */
  kickUrgent(): void {
    this.lanes[0].urgent();
  }

  /** The link is known to be back, or a person mended the credentials: what waits for its time is tried at once. */
  tryNow(): void {
    for (const lane of this.lanes) lane.tryNow();
  }

  /** Sends what matches, at most once around: records that come after the call do not prolong it. */
  async flush(filter: RecordFilter, { signal, wait }: FlushOptions): Promise<Result<FlushResult>> {
    const job = this.jobs.add(filter, wait);
    const leave = (): void => {
      if (!job.paused) job.end(cancelledProblem);
    };
    if (signal.aborted) leave();
    else if (this.stopping.signal.aborted) job.end(stoppedProblem);
    signal.addEventListener('abort', leave);
    try {
      job.begin(await this.matching(filter));
      if (job.leftOf('log') + job.leftOf('metric') > 0) this.tryNow();
      this.changed();
      const result = await job.done;
      if (!result.ok) return result;
      const { log, metric } = await this.matching(filter);
      return succeed({ ...result.value, remaining: log + metric });
    } finally {
      signal.removeEventListener('abort', leave);
      job.end(stoppedProblem);
    }
  }

  /**
   * Sends nothing more of the flushes that are under way, nor anything by itself, until they go on or are called off. How many
   * were paused; what is on the way is still answered.
   */
  pauseFlushes(): number {
    const flushes = this.jobs.pause();
    this.changed();
    return flushes;
  }

  /** What was paused goes on, each with its own filter. How many that were. */
  resumeFlushes(): number {
    const flushes = this.jobs.resume();
    if (flushes > 0) this.tryNow();
    this.changed();
    return flushes;
  }

  /** Calls off flushes; how many. What is on the way is still answered and counted. */
  cancelFlushes(which: 'all' | 'under-way' | 'paused'): number {
    return this.jobs.end(which, cancelledProblem);
  }

  /**
   * A person decides about records of which nobody can tell whether CloudWatch has them: they count as there (`sent`), or
   * go again, and may then count twice. Resolves to how many it concerned.
   */
  async settle(choice: 'sent' | 'again'): Promise<number> {
    const counts = await Promise.all(this.lanes.map((lane) => lane.settle(choice)));
    this.changed();
    return counts.reduce((sum, count) => sum + count, 0);
  }

  dryRun(filter: RecordFilter): Promise<FlushEstimate> {
    return estimateFlush(this.options.cache, filter, this.settings, this.options.clock.nowNs());
  }

  status(): UploaderStatus {
    const { sentLogs, sentMetrics, refused, requests, sentBytes } = this.tally;
    const { maybeTwice } = this.options.intents;
    const [logLane, metricLane] = this.lanes;
    return {
      ...this.stateNow(),
      mode: this.mode,
      recordsPerS: this.tally.recordsPerS(),
      flushing: this.jobs.isFlushing,
      flush: this.jobs.progress(),
      paused: this.pausedNow(),
      ...{ sentLogs, sentMetrics, refused, requests, sentBytes },
      maybeTwiceLogs: maybeTwice.log,
      maybeTwiceMetrics: maybeTwice.metric,
      unresolvedLogs: logLane.unresolvedRecords,
      unresolvedMetrics: metricLane.unresolvedRecords,
      // How many wait is for who knows the cache's counts to say.
      metered: this.metered ? { sends: this.settings.sending.sendsWhenMetered, waitingRecords: 0 } : null,
      limitBytesPerS: this.options.wire?.lowestLimitBytesPerS ?? null,
      wireBytes: this.options.wire?.bytes ?? 0,
      wireBytesPerS: this.options.wire?.bytesPerS() ?? 0,
      clockAheadMs: this.options.wire?.skew.aheadMs ?? null,
    };
  }

  /** How much matches is counted now that the cache is open; one that cannot be read now is asked again while it is paused. */
  private async beginKept(job: FlushJob): Promise<void> {
    for (;;) {
      try {
        job.begin(await this.matching(job.filter));
        return;
      } catch {
        if (this.stopping.signal.aborted) return;
        await new Promise<void>((resolve) => {
          this.options.clock.after(countAgainMs, resolve);
        });
      }
    }
  }

  private pausedNow(): UploaderStatus['paused'] {
    const job = this.jobs.firstPaused();
    if (job === null) return null;
    return { ...(job.progress() ?? notCounted), filter: messageOfFilter(job.filter) };
  }

  private stateNow(): Pick<UploaderStatus, 'state' | 'words' | 'problem' | 'retryAtMs'> {
    const wanted = this.jobs.isFlushing || this.lanes.some(({ kind }) => this.byItself(kind) !== null);
    const open = wanted ? this.worstBreaker() : null;
    if (open !== null) {
      const { problem, cause } = open.setback;
      const state = cause === 'not-authorised' ? 'blocked' : 'waiting';
      return { state, words: setbackWords(cause, problem.code), problem, retryAtMs: this.wallMs(open.untilMs) };
    }
    const sending = this.lanes.filter((lane) => lane.sendingRecords > 0);
    if (sending.length > 0) {
      const words = sending.map((lane) => countWords(lane.sendingRecords, lane.kind)).join(' and ');
      return { state: 'sending', words: `sending ${words}`, problem: null, retryAtMs: null };
    }
    const [state, words] = this.restNow();
    return { state, words, problem: null, retryAtMs: null };
  }

  private restNow(): readonly ['idle' | 'manual', string] {
    if (this.jobs.isFlushing) return ['idle', 'up to date'];
    if (this.jobs.isPaused) return ['manual', pausedWords];
    if (this.mode === 'manual') return ['manual', this.manualWords];
    return this.metered ? ['manual', meteredWords] : ['idle', 'up to date'];
  }

  /** What of these records goes without being asked for; null for nothing. */
  private byItself(kind: RecordKind): RecordFilter | null {
    if (this.mode === 'manual' || this.jobs.isPaused) return null;
    if (!this.metered) return {};
    const { sendsWhenMetered } = this.settings.sending;
    if (kind === 'metric') return sendsWhenMetered.includes('metric') ? {} : null;
    const severities = sendsWhenMetered.filter((name) => name !== 'metric');
    return severities.length === 0 ? null : { severities };
  }

  /** A person must act comes before waiting. */
  private worstBreaker(): OpenBreaker | null {
    const open = [...this.lanes.map((lane) => lane.breaker), ...this.used.keys()].flatMap(
      (breaker) => breaker.state() ?? [],
    );
    return open.find(({ setback }) => setback.cause === 'not-authorised') ?? open[0] ?? null;
  }

  private wallMs(monotonicMs: number): number {
    const { clock } = this.options;
    return Math.round(Number(clock.nowNs() / 1_000_000n) + Math.max(0, monotonicMs - clock.monotonicMs()));
  }

  private lane(kind: RecordKind): UploadLane {
    const { cache, sink, clock, random, intents, onFound } = this.options;
    return new UploadLane(kind, {
      ...{ cache, sink, clock, random, intents, tally: this.tally },
      ...(onFound === undefined ? {} : { onFound }),
      packing: () => this.packing(kind),
      breakerOf: (account) => this.breakerOf(account),
      stopping: this.stopping.signal,
      giveUp: this.giveUp.signal,
      byItself: () => this.byItself(kind),
      limitBytesPerS: () => this.options.wire?.lowestLimitBytesPerS ?? null,
      publishPeriodMs: () => (kind === 'log' ? this.settings.logs : this.settings.metrics).publishPeriodMs,
      order: () => this.settings.sending.order,
      flushing: () => this.jobs.isFlushing,
      flushJob: (of) => this.jobs.taking(of),
      onSetback: (setback) => {
        this.jobs.setback(setback);
      },
      onChange: () => {
        this.changed();
      },
    });
  }

  private packing(kind: RecordKind): Packing {
    const { logs, metrics } = this.settings;
    if (kind === 'log') {
      const { publishTopicNames, format, redactions, robot } = logs;
      return { kind, publishTopicNames, format, redactions, robot };
    }
    const { defaultDimensions, storageResolutionS, statisticSets } = metrics;
    return { kind, defaultDimensions, storageResolutionS, statisticSets };
  }

  private breakerOf(account: CloudAccount): Breaker {
    const breaker = this.breakers.of(account);
    if (!this.used.has(breaker)) {
      const stopListening = breaker.onChange(() => {
        for (const lane of this.lanes) lane.wake();
        this.changed();
      });
      this.used.set(breaker, stopListening);
    }
    return breaker;
  }

  private async matching(filter: RecordFilter): Promise<Readonly<Record<RecordKind, number>>> {
    const counts = { log: 0, metric: 0 };
    for (const { kind, state, records } of await this.options.cache.pending(filter)) {
      if (state === 'pending' || state === 'sending') counts[kind] += records;
    }
    return counts;
  }

  private changed(): void {
    if (!this.isEnding) this.options.onPaused?.(this.jobs.kept());
    this.options.onStatus?.(this.status());
  }
}

/** Why nothing goes; the number of what waits is put behind it. */
export const meteredWords = 'metered link: waits for you';

const manualWords = 'sends only when you flush';
const pausedWords = 'a flush is paused: nothing is sent until you go on with it';

const stoppedProblem = {
  code: 'stopped',
  message: 'The upload was stopped before the flush was done.',
  nextStep: 'What was not sent is on disk; flush again.',
};

const cancelledProblem = {
  code: 'cancelled',
  message: 'The flush was cancelled.',
  nextStep: 'What was not sent is on disk; flush again when you want.',
};

/** `code`: of the problem, of which more may be known. */
function setbackWords(cause: Setback['cause'], code: string): string {
  const ofCode = wordsOfCode[code];
  if (ofCode !== undefined) return ofCode;
  const words: Record<Setback['cause'], string> = {
    offline: 'waiting for the link',
    throttled: 'slowed down by CloudWatch',
    server: 'CloudWatch has a fault; trying again',
    clock: 'the clock is wrong',
    'captive-portal': 'waiting for a sign-in to the network',
    'not-authorised': 'not allowed to send',
  };
  return words[cause];
}

const wordsOfCode: Readonly<Record<string, string>> = {
  proxy: 'waiting for the proxy',
  'ca-file': 'waiting for the file of authorities',
  certificate: 'the certificate is not trusted',
  'wrong-clock': 'the clock is wrong',
  'unknown-host': 'there is no such host',
};

/** Made once: the words are made many times a second. */
const inThousands = new Intl.NumberFormat('en');

function countWords(records: number, kind: RecordKind): string {
  return `${inThousands.format(records)} ${kind === 'log' ? 'logs' : 'metrics'}`;
}
