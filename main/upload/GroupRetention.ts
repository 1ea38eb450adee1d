import {
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  type LogGroup,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { CloudAccount } from '../model/Destination.js';
import type { NewGroups } from '../model/NewGroups.js';
import type { Problem, Result } from '../model/Problem.js';
import type { AccountClients } from './AccountClients.js';
import { debtKey, type GroupDebt, type GroupDebts } from './GroupDebts.js';
import { sdkFailureOf } from './SdkFailure.js';

const answerMsMax = 10_000;
/** Permission may be given, and the link come back. */
const againAfterMs = 60_000;
/** A group that was made so much before it was asked for may still be ours: clocks are compared by whole seconds. */
const madeBeforeMsMax = 2_000;
/** So long after it was asked for CloudWatch may still make it. */
const madeAfterMsMax = 150_000;
const askedTimesMax = 10;

export interface GroupRetentionOptions {
  /** Null: groups are made as CloudWatch makes them, and nothing comes to be owed. */
  readonly newGroups: NewGroups | null;
  readonly debts: GroupDebts;
  /** A problem: nothing may, or can, be asked of this account now. */
  readonly clientsOf: (account: CloudAccount, signal: AbortSignal) => Promise<Result<AccountClients>>;
  /** By CloudWatch's clock, as far as it is known. */
  readonly cloudNowMs?: () => number;
  /** Monotonic. */
  readonly nowMs?: () => number;
}

/**
 * Makes log groups with their tags, and has CloudWatch keep them for as long as the robot file says. The retention is a call of
 * its own, made beside the records: when it fails, that is told, and it is tried again until it is done, also by the next Tether.
 *
 * It is owed durably before the group is asked for. Where the answer to that was lost, the group's time of creation says whether it
 * was there before; one that was, or that has a retention, is another's and never changed.
 */
export class GroupRetention {
  /** Why a group is kept for ever yet; null when all is as it should be. */
  problem: Problem | null = null;
  private triedAtMs = Number.NEGATIVE_INFINITY;
  private trying: Promise<void> = Promise.resolve();
  private readonly ending = new AbortController();
  /** By `debtKey`: groups of which the answer is on its way. */
  private readonly asking = new Set<string>();

  constructor(private readonly options: GroupRetentionOptions) {}

  /** Throws what the SDK throws, also when the group is there already: nothing of it is changed then. */
  async create(
    { logs }: AccountClients,
    account: CloudAccount,
    group: string,
    abortSignal: AbortSignal,
  ): Promise<void> {
    const tags = this.options.newGroups?.tags ?? [];
    const input = {
      logGroupName: group,
      ...(tags.length === 0 ? {} : { tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])) }),
    };
    const send = () => logs.send(new CreateLogGroupCommand(input), { abortSignal });
    const days = this.options.newGroups?.retentionDays ?? 0;
    if (days === 0) await send();
    else await this.createOwing({ account, group, days }, send);
  }

  /** What is owed, not too often. Never waits, never throws. */
  tryAgain(): void {
    if (this.nowMs() - this.triedAtMs < againAfterMs || this.ending.signal.aborted) return;
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

  private async createOwing(
    of: Pick<GroupDebt, 'account' | 'group' | 'days'>,
    send: () => Promise<unknown>,
  ): Promise<void> {
    const { debts } = this.options;
    const key = debtKey(of);
    this.asking.add(key);
    try {
      const before = (await debts.list()).find((debt) => debtKey(debt) === key);
      const nowMs = this.options.cloudNowMs?.() ?? Date.now();
      const askedAtMs = [...(before?.askedAtMs ?? []), nowMs].slice(-askedTimesMax);
      await debts.keep({ ...of, isMade: false, askedAtMs });
      try {
        await send();
      } catch (error) {
        // What was asked for before, and may have been made, is owed as it was.
        if (isRefusal(error)) await (before === undefined ? debts.drop(of) : debts.keep(before));
        throw error;
      }
      await debts.keep({ ...of, isMade: true, askedAtMs });
    } finally {
      this.asking.delete(key);
    }
    this.triedAtMs = Number.NEGATIVE_INFINITY;
    this.tryAgain();
  }

  private async tryAll(): Promise<void> {
    let problem: Problem | null = null;
    for (const debt of await this.options.debts.list()) {
      if (this.isEnding()) return;
      // Whether it is made is being found out.
      if (this.asking.has(debtKey(debt))) continue;
      const failure = await this.pay(debt);
      if (failure === null) await this.options.debts.drop(debt);
      else if (!this.isEnding()) problem = retentionProblem(debt, failure);
    }
    this.problem = problem;
  }

  /** Null when it is paid, or there is nothing to pay any more. */
  private async pay(debt: GroupDebt): Promise<string | null> {
    const { account, group, days, isMade } = debt;
    const abortSignal = AbortSignal.any([this.ending.signal, AbortSignal.timeout(answerMsMax)]);
    const clients = await this.options.clientsOf(account, abortSignal);
    if (!clients.ok) return clients.problem.message;
    const { logs } = clients.value;
    try {
      if (!isMade) {
        const found = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: group }), { abortSignal });
        // The one of just this name is the first: names come in their order.
        if (
          !isOurs(
            debt,
            found.logGroups?.find(({ logGroupName }) => logGroupName === group),
          )
        )
          return null;
      }
      await logs.send(new PutRetentionPolicyCommand({ logGroupName: group, retentionInDays: days }), { abortSignal });
      return null;
    } catch (error) {
      const { name, message } = sdkFailureOf(error);
      return name === 'ResourceNotFound' ? null : `${name}: ${message}`;
    }
  }

  private isEnding(): boolean {
    return this.ending.signal.aborted;
  }

  private nowMs(): number {
    return this.options.nowMs?.() ?? performance.now();
  }
}

/** An answer that says that this request made nothing. */
function isRefusal(error: unknown): boolean {
  const { status } = sdkFailureOf(error);
  return status !== null && status >= 400 && status < 500;
}

function isOurs({ askedAtMs }: GroupDebt, group: LogGroup | undefined): boolean {
  const madeAtMs = group?.creationTime;
  if (madeAtMs === undefined || group?.retentionInDays !== undefined) return false;
  return askedAtMs.some((atMs) => madeAtMs >= atMs - madeBeforeMsMax && madeAtMs <= atMs + madeAfterMsMax);
}

function retentionProblem({ group, days, isMade }: GroupDebt, failure: string): Problem {
  if (isMade) {
    return {
      code: 'retention',
      message: `The log group "${group}" was made, but CloudWatch keeps it for ever, not for ${days} days: ${failure}. Records are sent all the same.`,
      nextStep: 'Allow logs:PutRetentionPolicy for these credentials: Tether tries again by itself.',
    };
  }
  return {
    code: 'retention',
    message: `Whether Tether made the log group "${group}" is not known (the answer was lost), so it may be kept for ever, not for ${days} days: ${failure}. Records are sent all the same.`,
    nextStep:
      'Allow logs:DescribeLogGroups and logs:PutRetentionPolicy for these credentials: Tether tries again by itself, and changes no group that was there before.',
  };
}
