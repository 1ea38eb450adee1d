import { open, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../seams/Clock.js';
import { crashTestMessage, crashTestOptions, numberOf } from './crashTest.test-support.js';
import type { DiskCache } from './DiskCache.js';
import { errorCode } from './FileSystem.js';
import { openDiskCache } from './openDiskCache.js';
import { testLog } from './testRecords.js';

/**
 * A child process of fullDisk.test.ts, in a namespace where a small tmpfs is mounted: fills the disk to the last byte and
 * frees it again, over and over, while the cache on it appends, acknowledges and makes room. Writes one line of JSON.
 */
export interface FullDiskOutcome {
  readonly rounds: number;
  /** Rounds in which the cache said that the disk is full. */
  readonly noticed: number;
  /** Rounds after which it took records again by itself. */
  readonly healed: number;
  readonly durable: number;
  readonly acknowledged: number;
  readonly evicted: number;
  /** Durable, neither acknowledged nor counted as evicted, and not there. */
  readonly lost: number;
  readonly doubled: number;
  /** Acknowledged and there again. */
  readonly back: number;
  readonly otherLosses: readonly string[];
}

const bytesMax = 256 * 1024 + 90_000;
const fillBytes = 64 * 1024;
/** While the disk is full: about one retry of the cache, which tries again each second. */
const fullMs = 300;
const healMsMax = 10_000;

class FullDisk {
  readonly #folder: string;
  readonly #filler: string;
  #cache: DiskCache;
  #next = 0;
  readonly durable = new Set<number>();
  readonly acknowledged = new Set<number>();
  #waiting: Promise<void>[] = [];

  constructor(mount: string, cache: DiskCache) {
    this.#folder = `${mount}/rover`;
    this.#filler = `${mount}/filler`;
    this.#cache = cache;
  }

  async run(rounds: number): Promise<FullDiskOutcome> {
    let [noticed, healed] = [0, 0];
    for (let round = 0; round < rounds; round += 1) {
      this.#append(20 + (round % 30));
      await this.#fill();
      for (let from = 0; from < 3; from += 1) this.#append(30);
      this.#acknowledge(25);
      await sleep(fullMs);
      if ((await this.#cache.usage()).problem?.code === 'disk-full') noticed += 1;
      await rm(this.#filler);
      if (await this.#heals()) healed += 1;
      // Now and then the one that was there when the disk was full goes, and another one opens what it left.
      if (round % 10 === 9) await this.#reopen();
    }
    return { rounds, noticed, healed, ...(await this.#count()) };
  }

  #append(count: number): void {
    const numbers = Array.from({ length: count }, (_, index) => this.#next + index);
    this.#next += count;
    const records = numbers.map((number) =>
      testLog({ message: crashTestMessage(number), stampNs: systemClock.nowNs() }),
    );
    this.#waiting.push(
      this.#cache.append(records).then((places) => {
        for (const [index, number] of numbers.entries()) if (places[index]) this.durable.add(number);
      }),
    );
  }

  #acknowledge(recordsMax: number): void {
    const limits = { recordsMax, bytesMax: 1_000_000, oldestStampNs: 0n, newestStampNs: systemClock.nowNs() };
    const work = async (): Promise<void> => {
      const batch = await this.#cache.take({ kind: 'log', ...limits });
      if (batch === null) return;
      await this.#cache.acknowledge(batch, []);
      for (const { record } of batch.records) {
        if (record.kind === 'log') this.acknowledged.add(numberOf(record.message));
      }
    };
    this.#waiting.push(work());
  }

  /** To the last byte. */
  async #fill(): Promise<void> {
    const file = await open(this.#filler, 'w');
    try {
      for (let bytes = fillBytes; bytes >= 1;) {
        try {
          const { bytesWritten } = await file.write(new Uint8Array(bytes));
          if (bytesWritten < bytes) bytes = Math.floor(bytes / 2);
        } catch (error) {
          if (errorCode(error) !== 'ENOSPC') throw error;
          bytes = Math.floor(bytes / 2);
        }
      }
    } finally {
      await file.close();
    }
  }

  /** All that waited gets through, without anyone's help. */
  async #heals(): Promise<boolean> {
    const waiting = this.#waiting;
    this.#waiting = [];
    const healed = await Promise.race([Promise.all(waiting).then(() => true), sleep(healMsMax).then(() => false)]);
    const { problem, waitingInMemory } = await this.#cache.usage();
    return healed && problem === null && waitingInMemory === 0;
  }

  async #reopen(): Promise<void> {
    await this.#cache.close();
    this.#cache = await openFullDisk(this.#folder);
  }

  async #count(): Promise<Omit<FullDiskOutcome, 'rounds' | 'noticed' | 'healed'>> {
    await this.#reopen();
    const found = new Set<number>();
    let doubled = 0;
    for await (const { record } of this.#cache.read({}, 'oldest')) {
      const number = record.kind === 'log' ? numberOf(record.message) : NaN;
      if (found.has(number)) doubled += 1;
      found.add(number);
    }
    const { lost } = await this.#cache.usage();
    await this.#cache.close();
    const evicted = lost.evicted ?? 0;
    const missing = [...this.durable].filter((number) => !found.has(number) && !this.acknowledged.has(number)).length;
    return {
      durable: this.durable.size,
      acknowledged: this.acknowledged.size,
      evicted,
      lost: Math.max(0, missing - evicted),
      doubled,
      back: [...found].filter((number) => this.acknowledged.has(number)).length,
      otherLosses: Object.keys(lost).filter((stage) => stage !== 'evicted'),
    };
  }
}

async function openFullDisk(folder: string): Promise<DiskCache> {
  const opened = await openDiskCache({
    folder,
    robot: 'rover',
    owner: { kind: 'full disk test', controlSocket: null },
    clock: systemClock,
    ...crashTestOptions(bytesMax),
  });
  if (!opened.ok) throw new Error(opened.problem.message);
  return opened.value;
}

const [, , mount, rounds] = process.argv;
if (mount !== undefined && rounds !== undefined) {
  const outcome = await new FullDisk(mount, await openFullDisk(`${mount}/rover`)).run(Number(rounds));
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}
