import { CreateLogGroupCommand, PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { NewGroups } from '../model/NewGroups.js';
import type { Problem } from '../model/Problem.js';
import type { AccountClients } from './AccountClients.js';
import { sdkFailureOf } from './SdkFailure.js';

const answerMsMax = 10_000;
/** Permission may be given, and the link come back. */
const againAfterMs = 60_000;

interface Owed {
  readonly clients: () => AccountClients | null;
  readonly group: string;
}

/**
 * Makes log groups with their tags, and has CloudWatch keep them for as long as the robot file says. The retention is a call of
 * its own, made beside the records: when it fails, that is told, and it is tried again until it is done. What is owed when
 * Tether ends is forgotten: whether a group is Tether's own cannot be seen later, and another's is never changed.
 */
export class GroupRetention {
  /** Why a group is kept for ever yet; null when all is as it should be. */
  problem: Problem | null = null;
  private readonly owed = new Map<string, Owed>();
  private triedAtMs = Number.NEGATIVE_INFINITY;
  private trying: Promise<void> = Promise.resolve();
  private readonly ending = new AbortController();

  constructor(
    private readonly newGroups: NewGroups | null,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Throws what the SDK throws, also when the group is there already: nothing of it is changed then. */
  async create({ logs }: AccountClients, group: string, abortSignal: AbortSignal): Promise<void> {
    const tags = this.newGroups?.tags ?? [];
    const input = {
      logGroupName: group,
      ...(tags.length === 0 ? {} : { tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])) }),
    };
    await logs.send(new CreateLogGroupCommand(input), { abortSignal });
  }

  /** Of a group that was just made. `key` is one for each account and group; `clients` null: they are gone. */
  owe(key: string, group: string, clients: () => AccountClients | null): void {
    if (this.days === 0) return;
    this.owed.set(key, { group, clients });
    this.triedAtMs = Number.NEGATIVE_INFINITY;
    this.tryAgain();
  }

  /** What is owed, not too often. Never waits, never throws. */
  tryAgain(): void {
    if (this.owed.size === 0 || this.nowMs() - this.triedAtMs < againAfterMs || this.ending.signal.aborted) return;
    this.triedAtMs = this.nowMs();
    this.trying = this.trying.then(() => this.tryAll());
  }

  /** Resolves when what is being tried was answered. */
  async settled(): Promise<void> {
    await this.trying;
  }

  close(): void {
    this.ending.abort();
  }

  private async tryAll(): Promise<void> {
    for (const [key, { group, clients }] of [...this.owed]) {
      const failure = await this.set(clients(), group);
      if (failure === null) this.owed.delete(key);
      else if (!this.ending.signal.aborted) this.problem = retentionProblem(group, this.days, failure);
    }
    if (this.owed.size === 0) this.problem = null;
  }

  /** Null when it is set, or there is nothing to set it on any more. */
  private async set(clients: AccountClients | null, group: string): Promise<string | null> {
    if (clients === null) return 'CloudWatch is not there';
    try {
      const input = { logGroupName: group, retentionInDays: this.days };
      const abortSignal = AbortSignal.any([this.ending.signal, AbortSignal.timeout(answerMsMax)]);
      await clients.logs.send(new PutRetentionPolicyCommand(input), { abortSignal });
      return null;
    } catch (error) {
      const { name, message } = sdkFailureOf(error);
      return name === 'ResourceNotFound' ? null : `${name}: ${message}`;
    }
  }

  private get days(): number {
    return this.newGroups?.retentionDays ?? 0;
  }
}

function retentionProblem(group: string, days: number, failure: string): Problem {
  return {
    code: 'retention',
    message: `The log group "${group}" was made, but CloudWatch keeps it for ever, not for ${days} days: ${failure}. Records are sent all the same.`,
    nextStep: 'Allow logs:PutRetentionPolicy for these credentials: Tether tries again by itself.',
  };
}
