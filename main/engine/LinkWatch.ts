import type { Problem } from '../model/Problem.js';
import type { Clock } from '../seams/Clock.js';
import type { CloudSink } from '../seams/CloudSink.js';

/** What is known of the way to CloudWatch. */
export interface LinkState {
  /** Null while nothing was tried yet. */
  readonly reachable: boolean | null;
  readonly accountId: string | null;
  readonly problem: Problem | null;
  /** True when the problem is about credentials or permission. */
  readonly notAuthorised: boolean;
}

/** Asks CloudWatch now and then whether it is there and who we are, so that the ladder is true also when nothing is sent. */
export class LinkWatch {
  private facts: LinkState = { reachable: null, accountId: null, problem: null, notAuthorised: false };
  private cancelTimer: (() => void) | null = null;
  private readonly aborter = new AbortController();

  constructor(
    private readonly sink: CloudSink,
    private readonly clock: Clock,
  ) {}

  now(): LinkState {
    return this.facts;
  }

  start(): void {
    void this.ask();
  }

  stop(): void {
    this.aborter.abort();
    this.cancelTimer?.();
  }

  /** Asks again soon: something failed or came back. */
  askSoon(): void {
    this.cancelTimer?.();
    this.cancelTimer = this.clock.after(soonMs, () => void this.ask());
  }

  private async ask(): Promise<void> {
    const probe = await this.sink.probe(AbortSignal.any([this.aborter.signal, AbortSignal.timeout(probeMsMax)]));
    if (this.aborter.signal.aborted) return;
    this.facts = {
      reachable: probe.reachable,
      accountId: probe.accountId,
      problem: probe.problem,
      notAuthorised: probe.reachable && probe.problem !== null,
    };
    this.cancelTimer = this.clock.after(probe.reachable ? wellMs : unwellMs, () => void this.ask());
  }
}

const wellMs = 15_000;
const unwellMs = 4_000;
const soonMs = 300;
const probeMsMax = 6_000;
