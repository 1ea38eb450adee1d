import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { CloudAccount } from '../model/Destination.js';
import type { NewGroups } from '../model/NewGroups.js';
import { fail, succeed, type Result } from '../model/Problem.js';
import type { CloudConnection } from '../model/RobotConfig.js';
import { AccountClients } from './AccountClients.js';
import { debtKey, type GroupDebts, MemoryGroupDebts } from './GroupDebts.js';
import { GroupRetention } from './GroupRetention.js';
import { outcomeOfError } from './outcomeOfError.js';

export interface LogGroupsOptions {
  readonly account: CloudAccount;
  readonly connection: CloudConnection;
  /** Of those that are made; absent: as CloudWatch makes them. */
  readonly newGroups?: NewGroups;
  /** What is owed to them, for who tries again; absent: nobody does. */
  readonly groupDebts?: GroupDebts;
  /** Address of Tether's own CloudWatch, for accounts of `cloud: local`; null while it does not listen. */
  readonly localEndpoint: () => string | null;
}

/** The most that one answer of CloudWatch lists. */
const groupsMax = 50;
const answerMsMax = 8_000;

/** Looks at an account's log groups, and makes one when a person asks. Nothing else is changed. */
export class LogGroups {
  constructor(private readonly options: LogGroupsOptions) {}

  /** Names, at most 50. */
  async list(prefix: string): Promise<Result<readonly string[]>> {
    return await this.ask(async ({ logs }, abortSignal) => {
      const input = { limit: groupsMax, ...(prefix === '' ? {} : { logGroupNamePrefix: prefix }) };
      const answer = await logs.send(new DescribeLogGroupsCommand(input), { abortSignal });
      return (answer.logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []);
    });
  }

  /** Problem `retention`: the group is there, but kept for ever. */
  async create(group: string): Promise<Result<void>> {
    const { account, newGroups = null, groupDebts = new MemoryGroupDebts() } = this.options;
    const made = await this.ask(async (clients, abortSignal) => {
      const retention = new GroupRetention({
        newGroups,
        debts: debtsOf(groupDebts, debtKey({ account, group })),
        clientsOf: () => Promise.resolve(succeed(clients)),
      });
      await retention.create(clients, account, group, abortSignal);
      await retention.settled();
      return retention.problem;
    });
    if (!made.ok) return made;
    return made.value === null ? succeed(undefined) : { ok: false, problem: made.value };
  }

  private async ask<T>(action: (clients: AccountClients, abortSignal: AbortSignal) => Promise<T>): Promise<Result<T>> {
    const { account, connection, localEndpoint } = this.options;
    const endpoint = account.cloud === 'local' ? localEndpoint() : account.endpoint;
    if (endpoint === null) return fail('offline', 'The local CloudWatch is not running yet.', 'Try again in a moment.');
    const clients = new AccountClients(account, endpoint, connection);
    try {
      return succeed(await action(clients, AbortSignal.timeout(answerMsMax)));
    } catch (error) {
      const outcome = outcomeOfError(error, { account, nowMs: Date.now() });
      if (outcome.type === 'retry' || outcome.type === 'not-authorised') return { ok: false, problem: outcome.problem };
      const reason = outcome.type === 'invalid' ? outcome.reason : String(error);
      return fail('refused', `CloudWatch refused: ${reason}`, 'Check the log group in the robot file.');
    } finally {
      clients.destroy();
    }
  }
}

/** Of these debts only that of one group. */
function debtsOf(all: GroupDebts, key: string): GroupDebts {
  return {
    list: async () => (await all.list()).filter((debt) => debtKey(debt) === key),
    keep: (debt) => all.keep(debt),
    drop: (debt) => all.drop(debt),
  };
}
