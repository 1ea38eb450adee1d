import type { CloudAccount } from '../model/Destination.js';
import type { Clock } from '../seams/Clock.js';
import type { CloudSink } from '../seams/CloudSink.js';
import type { LinkFacts } from './ladderOf.js';

/** Asks CloudWatch now and then whether it is there and who we are, so that the ladder is true also when nothing is sent. */
export class LinkWatch {
  private facts: LinkFacts;
  private cancelTimer: (() => void) | null = null;
  private readonly aborter = new AbortController();

  constructor(
    private readonly sink: CloudSink,
    account: CloudAccount,
    private readonly clock: Clock,
    private readonly onChange: (facts: LinkFacts) => void,
  ) {
    this.facts = { cloud: account.cloud, reachable: null, accountId: null, problem: null, notAuthorised: false };
  }

  now(): LinkFacts {
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
      cloud: this.facts.cloud,
      reachable: probe.reachable,
      accountId: probe.accountId,
      problem: probe.problem,
      notAuthorised: probe.reachable && probe.problem !== null,
    };
    this.onChange(this.facts);
    this.cancelTimer = this.clock.after(probe.reachable ? wellMs : unwellMs, () => void this.ask());
  }
}

const wellMs = 15_000;
const unwellMs = 4_000;
const soonMs = 300;
const probeMsMax = 6_000;
