import type { Problem } from '../model/Problem.js';
import type { Clock } from '../seams/Clock.js';
import type { CloudSink } from '../seams/CloudSink.js';

/** What is known of the way to CloudWatch. */
export interface LinkState {
  /** Null while nothing was tried yet. */
  readonly reachable: boolean | null;
  readonly accountId: string | null;
  /** Empty while it is not known. */
  readonly region: string;
  readonly problem: Problem | null;
  /** True when the problem is about credentials or permission. */
  readonly notAuthorised: boolean;
}

/** Asks CloudWatch now and then whether it is there and who we are, so that the ladder is true also when nothing is sent. */
export class LinkWatch {
  private facts: LinkState = { reachable: null, accountId: null, region: '', problem: null, notAuthorised: false };
  private firstAnswer: Promise<void> = Promise.resolve();
  private isSoon = false;
  private isAsking = false;
  private answeredAtMs = Number.NEGATIVE_INFINITY;
  private cancelTimer: (() => void) | null = null;
  private readonly aborter = new AbortController();

  constructor(
    private readonly sink: CloudSink,
    private readonly clock: Clock,
    private readonly rules: LinkRules,
  ) {}

  now(): LinkState {
    return this.facts;
  }

  /** What is known once the first question was answered, or had no answer in its time; at once when none is under way. */
  async known(): Promise<LinkState> {
    await this.firstAnswer;
    return this.facts;
  }

  start(): void {
    this.firstAnswer = this.ask();
  }

  stop(): void {
    this.aborter.abort();
    this.cancelTimer?.();
  }

  /**
   * Asks again soon: something failed or came back. Asking again meanwhile does not put it off; who asks all the time gets
   * an answer every `answersApartMs`, because the service counts requests too.
   */
  askSoon(): void {
    if (this.isSoon || this.isAsking || this.aborter.signal.aborted) return;
    this.isSoon = true;
    this.cancelTimer?.();
    const nextMs = this.answeredAtMs + answersApartMs - this.clock.monotonicMs();
    this.cancelTimer = this.clock.after(Math.max(soonMs, nextMs), () => void this.ask());
  }

  private async ask(): Promise<void> {
    this.isSoon = false;
    this.isAsking = true;
    const probe = await this.sink.probe(AbortSignal.any([this.aborter.signal, AbortSignal.timeout(probeMsMax)]));
    this.isAsking = false;
    this.answeredAtMs = this.clock.monotonicMs();
    if (this.aborter.signal.aborted) return;
    const wasAway = this.facts.reachable === false || this.facts.notAuthorised;
    this.facts = {
      reachable: probe.reachable,
      accountId: probe.accountId,
      region: probe.region ?? '',
      problem: probe.problem,
      notAuthorised: probe.reachable && probe.problem !== null && !passingProblems.has(probe.problem.code),
    };
    if (probe.reachable && !this.facts.notAuthorised && wasAway) this.rules.onBack();
    this.cancelTimer = this.clock.after(this.nextAfterMs(), () => void this.ask());
  }

  private nextAfterMs(): number {
    if (this.facts.reachable !== true) return unwellMs;
    // Whoever signs in wants to see it soon.
    return this.rules.isMetered() && !this.facts.notAuthorised ? wellMeteredMs : wellMs;
  }
}

export interface LinkRules {
  /** The link is there again after it was not, or the credentials are accepted after they were not. */
  readonly onBack: () => void;
  /** Asking costs: on a link that is well it is asked seldom then. */
  readonly isMetered: () => boolean;
}

/** What a service may answer to good credentials. */
const passingProblems: ReadonlySet<string> = new Set(['clock', 'throttled', 'server']);

const wellMs = 15_000;
/** A probe takes some kilobytes. */
const wellMeteredMs = 5 * 60_000;
const unwellMs = 4_000;
const soonMs = 300;
const answersApartMs = 2_000;
const probeMsMax = 6_000;
