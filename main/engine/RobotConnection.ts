import { levelsOff } from '../model/levelsOff.js';
import { fail, type Result } from '../model/Problem.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import type { Severity } from '../model/Severity.js';
import type { Cache } from '../seams/Cache.js';
import type { Clock } from '../seams/Clock.js';
import type { RobotSource, SourceStatus } from '../seams/RobotSource.js';
import type { RecordIntake } from './RecordIntake.js';
import type { SeenMessage, SessionParts } from './SessionParts.js';

export interface RobotConnectionParts extends Pick<SessionParts, 'sourceFor' | 'startDemo' | 'log'> {
  readonly clock: Clock;
  /** What is heard goes here. */
  readonly intake: RecordIntake;
  /** What was heard before is here. */
  readonly cache: Cache;
  /** The robot's file as it is now. */
  readonly config: () => RobotConfig;
}

/** The way to one robot, made and given up as a person asks for it: its source, and the demo robot where it is one. */
export class RobotConnection {
  private source: RobotSource | null = null;
  private sourceNow: SourceStatus = stoppedStatus;
  private demo: { stop(): Promise<void> } | null = null;
  /** Whether a connection is wanted, also while it is being made. */
  private isWanted = false;
  /** The end of the connection before. */
  private leaving: Promise<unknown> = Promise.resolve();
  private hostReturned: { readonly atMs: number; readonly words: string } | null = null;

  constructor(private readonly parts: RobotConnectionParts) {}

  get connected(): boolean {
    return this.source !== null;
  }

  /** Asked for, not remembered: events tell of changes of state, not of each message. */
  status(): SourceStatus {
    return this.source?.status() ?? stoppedStatus;
  }

  async connect(): Promise<void> {
    const { parts } = this;
    this.isWanted = true;
    await this.leaving;
    const seenBefore = await this.lastOnDisk().catch((error: unknown) => {
      // Without it a robot's replay may come in twice: better than not at all.
      parts.log(`the last records could not be read: ${String(error)}`);
      return [];
    });
    // Disconnected, or connected by another caller, meanwhile.
    if (!this.mayConnect()) return;
    const config = parts.config();
    if (config.source.demo) this.demo = parts.startDemo(config);
    const source = parts.sourceFor(config, seenBefore, () => parts.intake.drain());
    this.source = source;
    await source.start((event) => {
      // A source that is being stopped still hands on what it has: that is taken in.
      if (event.type !== 'status') parts.intake.take(event);
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
    await this.parts.intake.drain();
  }

  async setLoggerLevel(logger: string, severity: Severity): Promise<Result<void>> {
    if (this.source === null) return this.notConnected();
    if (this.source.setLoggerLevel === undefined) {
      const why = levelsOff(this.parts.config().source.kind);
      return why === null
        ? fail('no-levels', 'Levels cannot be set here.', 'Set it on the robot.')
        : { ok: false, problem: why };
    }
    return await this.source.setLoggerLevel(logger, severity);
  }

  /** Asks the robot's nodes something through its source; `ask` gives nothing where the robot's protocol has no such thing. */
  async askNodes<T>(ask: (source: RobotSource) => Promise<Result<T>> | undefined): Promise<Result<T>> {
    if (this.source === null) return this.notConnected();
    const asked = ask(this.source);
    return (await asked) ?? fail('no-nodes', 'Only nodes of ROS 2 robots can be asked.', 'Look at the robot itself.');
  }

  /** For some seconds after the host, or the connection, came back by itself: that it did, and why; else null. */
  hostReturnedWords(): string | null {
    const returned = this.hostReturned;
    if (returned === null || this.parts.clock.monotonicMs() - returned.atMs > hostReturnedShownMs) return null;
    return returned.words;
  }

  private mayConnect(): boolean {
    return this.isWanted && this.source === null;
  }

  private notConnected(): Result<never> {
    return fail('not-connected', `${this.parts.config().name} is not connected.`, 'Connect it first.');
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

  private async lastOnDisk(): Promise<readonly SeenMessage[]> {
    const sinceNs = this.parts.clock.nowNs() - replayedNsMax;
    const seen: SeenMessage[] = [];
    for await (const { channel, data, record } of this.parts.cache.read({ kind: 'log' }, 'newest')) {
      if (record.receivedNs < sinceNs || seen.length === seenMessagesMax) break;
      seen.push({ topic: channel.topic, data });
    }
    return seen;
  }
}

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
/** rclcpp's /rosout keeps 1,000 messages a publisher, for 10 s (rcl's rosout QoS); some nodes keep them longer. */
const replayedNsMax = 60_000_000_000n;
const seenMessagesMax = 20_000;
