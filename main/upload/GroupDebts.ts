import type { CloudAccount } from '../model/Destination.js';
import { accountKey } from './accountKey.js';

/** A retention that is owed to a log group which Tether made, or may have made. */
export interface GroupDebt {
  readonly account: CloudAccount;
  readonly group: string;
  /** What the robot file said when it was made. */
  readonly days: number;
  /** CloudWatch said that it made the group for us. False: that answer did not come, or not yet. */
  readonly isMade: boolean;
  /** Each time that the group was asked for without an answer, in milliseconds by CloudWatch's clock as far as it is known. */
  readonly askedAtMs: readonly number[];
}

export type GroupOfDebt = Pick<GroupDebt, 'account' | 'group'>;

/** What is owed to log groups, also by an earlier Tether. */
export interface GroupDebts {
  /** What there is, one for each account and group. */
  list(): Promise<readonly GroupDebt[]>;
  /** In place of an earlier one of the same group. Durable when resolved; what the disk does not take holds until Tether ends. */
  keep(debt: GroupDebt): Promise<void>;
  /** Paid, or nothing that was ours. */
  drop(debt: GroupOfDebt): Promise<void>;
}

/** For who needs none of it after its end. */
export class MemoryGroupDebts implements GroupDebts {
  private readonly debts = new Map<string, GroupDebt>();

  list(): Promise<readonly GroupDebt[]> {
    return Promise.resolve([...this.debts.values()]);
  }

  keep(debt: GroupDebt): Promise<void> {
    this.debts.set(debtKey(debt), debt);
    return Promise.resolve();
  }

  drop(debt: GroupOfDebt): Promise<void> {
    this.debts.delete(debtKey(debt));
    return Promise.resolve();
  }
}

/** One for each account and group. */
export function debtKey({ account, group }: GroupOfDebt): string {
  return JSON.stringify([accountKey(account), group]);
}
