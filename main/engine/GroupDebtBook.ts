import { z } from 'zod';
import { debtKey, type GroupDebt, type GroupDebts, type GroupOfDebt } from '../upload/GroupDebts.js';
import { JsonLinesFile, type JsonLinesPlace } from './JsonLinesFile.js';

const debtSchema: z.ZodType<GroupDebt> = z.object({
  account: z.object({
    cloud: z.enum(['aws', 'local']),
    ...{ region: z.string(), profile: z.string(), endpoint: z.string() },
  }),
  group: z.string(),
  days: z.number().int().positive(),
  isMade: z.boolean(),
  askedAtMs: z.array(z.number()),
});
/** A longer file is not ours. */
const fileBytesMax = 1024 * 1024;

/** What Tether owes to the log groups that it made for a robot (`uploads/<robot>.groups.jsonl`): each change is durable at once. */
export class GroupDebtBook implements GroupDebts {
  private readonly book: JsonLinesFile<GroupDebt>;
  private loading: Promise<Map<string, GroupDebt>> | null = null;

  constructor(place: JsonLinesPlace) {
    this.book = new JsonLinesFile(place, {
      schema: debtSchema,
      called: 'the list of new log groups',
      bytesMax: fileBytesMax,
      save: async () => {
        await this.book.replace(await this.list());
      },
    });
  }

  async list(): Promise<readonly GroupDebt[]> {
    return [...(await this.debts()).values()];
  }

  async keep(debt: GroupDebt): Promise<void> {
    (await this.debts()).set(debtKey(debt), debt);
    await this.book.write();
  }

  async drop(debt: GroupOfDebt): Promise<void> {
    if ((await this.debts()).delete(debtKey(debt))) await this.book.write();
  }

  private debts(): Promise<Map<string, GroupDebt>> {
    this.loading ??= this.book.read().then((lines) => new Map(lines.map((debt) => [debtKey(debt), debt])));
    return this.loading;
  }
}
