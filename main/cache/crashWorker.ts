import { setTimeout as sleep } from 'node:timers/promises';
import type { UploadBatch } from '../seams/Cache.js';
import { systemClock } from '../seams/Clock.js';
import type { DiskCache } from './DiskCache.js';
import { openDiskCache } from './openDiskCache.js';
import {
  type CrashReport,
  crashTestMessage,
  crashTestOptions,
  crashTestRedaction,
  editsIn,
  numberOf,
} from './crashTest.test-support.js';
import { testLog, testLogDestination } from './testRecords.js';
import { valueOf } from './valueOf.test-support.js';

const elsewhere = { ...testLogDestination, group: 'elsewhere' };

/**
 * A child process of crash.test.ts: does everything that an owner does, all at once, and tells its parent what it is about
 * to do and what is durable, until it is killed. Records are numbers.
 */
class Worker {
  readonly #cache: DiskCache;
  readonly #edits: boolean;
  #next: number;
  #lastDurable: number;

  constructor(cache: DiskCache, first: number) {
    this.#cache = cache;
    this.#edits = editsIn(Math.floor(first / 1_000_000));
    this.#next = first;
    this.#lastDurable = first;
  }

  /** What goes on at the same time; a further kind of work is a further line. */
  async work(): Promise<void> {
    await Promise.all([
      this.#forEver(() => this.#append()),
      this.#forEver(() => this.#append()),
      this.#forEver(() => this.#acknowledge(20)),
      this.#forEver(() => this.#acknowledge(3)),
      this.#forEver(() => this.#hold()),
      this.#forEver(() => this.#delete()),
      this.#forEver(() => this.#pack()),
      ...(this.#edits ? [this.#forEver(() => this.#edit())] : []),
    ]);
  }

  async #forEver(work: () => Promise<void>): Promise<never> {
    for (;;) await work();
  }

  async #append(): Promise<void> {
    const numbers = Array.from({ length: 20 + (this.#next % 67) }, (_, index) => this.#next + index);
    this.#next += numbers.length;
    await this.#cache.append(
      numbers.map((number) => testLog({ message: crashTestMessage(number), stampNs: systemClock.nowNs() })),
    );
    this.#lastDurable = Math.max(this.#lastDurable, numbers[0] ?? 0);
    await tell('durable', numbers);
  }

  async #acknowledge(recordsMax: number): Promise<void> {
    const limits = { recordsMax, bytesMax: 1_000_000, oldestStampNs: 0n, newestStampNs: systemClock.nowNs() };
    const batch = await this.#cache.take({ kind: 'log', ...limits });
    // Slower than what comes in, so that there is always something left, and the limit is met.
    await sleep(25);
    if (batch === null) return;
    const numbers = numbersOf(batch);
    await tell('acknowledging', numbers);
    await this.#cache.acknowledge(batch, []);
    await tell('acknowledged', numbers);
  }

  async #hold(): Promise<void> {
    const number = this.#lastDurable + 1;
    await tell('holding', [number]);
    const { records } = await this.#cache.hold({ text: `<${number}>` });
    if (records === 1) await tell('held', [number]);
    await sleep(15);
  }

  async #delete(): Promise<void> {
    const number = this.#lastDurable + 2;
    await tell('deleting', [number]);
    // Nothing is deleted that is being sent, or is not there yet.
    const { records } = await this.#cache.delete({ text: `<${number}>` });
    if (records === 1) await tell('deleted', [number]);
    await sleep(15);
  }

  /**
   * Takes words out of all records and puts them back, or gives some another destination for good: edits exclude each
   * other. What the last process left open is undone first.
   */
  async #edit(): Promise<void> {
    const [left] = this.#cache.openEdits();
    if (left !== undefined) await this.#undo(left.id);
    if (this.#next % 2 === 0) await this.#takeWordsOut();
    else await this.#redirect();
    await sleep(40);
  }

  async #takeWordsOut(): Promise<void> {
    await tell('editing', [this.#next]);
    const { id, segments } = valueOf(await this.#cache.redact({}, crashTestRedaction));
    // Without effect it leaves nothing to undo.
    if (segments === 0) return;
    await tell('redacted', [id]);
    await sleep(10);
    await this.#undo(id);
  }

  async #redirect(): Promise<void> {
    await tell('editing', [this.#next]);
    const aimed = valueOf(await this.#cache.reaim({ text: '7> ' }, elsewhere));
    if (aimed.segments === 0) return;
    await tell('redirected', [aimed.id]);
    valueOf(await this.#cache.confirmEdit(aimed.id));
    await tell('confirmed', [aimed.id]);
  }

  async #undo(id: number): Promise<void> {
    await tell('undoing', [id]);
    valueOf(await this.#cache.undoEdit(id));
    await tell('undone', [id]);
  }

  async #pack(): Promise<void> {
    await this.#cache.settled();
    await tell('packed', []);
    await sleep(10);
  }
}

function numbersOf(batch: UploadBatch): number[] {
  return batch.records.map(({ record }) => (record.kind === 'log' ? numberOf(record.message) : NaN));
}

/** Resolves when the parent has it for sure, whatever becomes of us. */
function tell(what: CrashReport['what'], numbers: readonly number[]): Promise<void> {
  const report: CrashReport = { what, numbers };
  return new Promise((resolve) => {
    process.send?.(report, undefined, undefined, () => {
      resolve();
    });
  });
}

async function main(folder: string, first: number, bytesMax: number): Promise<void> {
  const opened = await openDiskCache({
    folder,
    robot: 'rover',
    owner: { kind: 'crash test', controlSocket: null },
    clock: systemClock,
    editsNeedRoom: false,
    ...crashTestOptions(bytesMax),
  });
  if (!opened.ok) throw new Error(opened.problem.message);
  await tell('opened', []);
  await new Worker(opened.value, first).work();
}

const [, , folder, first, bytesMax] = process.argv;
await main(folder ?? '', Number(first), Number(bytesMax));
