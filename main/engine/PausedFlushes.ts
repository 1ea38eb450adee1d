import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import { filterSchema } from '../contract/callSchemas.js';
import { messageOfFilter } from '../contract/messageOfFilter.js';
import { type Result, succeed } from '../model/Problem.js';
import type { KeptFlush } from '../upload/FlushJob.js';
import { filterOf } from './filterOf.js';
import { type ChoicePlace, writeChoice } from './writeChoice.js';

const count = z.number().int().nonnegative();

/** Strict: a condition of a filter that is not known here would let more go than was asked for. */
const savedSchema = z.strictObject({
  flushes: z.array(
    z.strictObject({
      filter: filterSchema.strict(),
      counts: z
        .strictObject({
          ...{ records: count, leftLogs: count, leftMetrics: count },
          ...{ sentLogs: count, sentMetrics: count, refused: count },
        })
        .nullable(),
    }),
  ),
});

/**
 * The paused flushes of one robot, kept over a restart (`uploads/<robot>.paused.json`, which is there only while one is paused).
 * Whoever owns the robot's cache writes it. Where it cannot be read, nothing may go by itself until a person says so.
 */
export class PausedFlushes {
  private written: string;
  private writing: Promise<Result<void>> = Promise.resolve(succeed(undefined));

  private constructor(
    private readonly place: ChoicePlace,
    /** Those that were paused when Tether ended. */
    readonly left: readonly KeptFlush[],
    /** Something was paused, and it is not known what. */
    private unread: boolean,
  ) {
    this.written = textOf(left);
  }

  static async open(place: ChoicePlace): Promise<PausedFlushes> {
    try {
      const saved = savedSchema.parse(JSON.parse(await readFile(place.file, 'utf8')));
      const left = saved.flushes.map(({ filter, counts }) => ({ filter: filterOf(filter), counts }));
      if (left.length > 0)
        place.log('a flush is paused since the last time: nothing is sent by itself until it goes on');
      return new PausedFlushes(place, left, false);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
        return new PausedFlushes(place, [], false);
      }
      place.log(`${place.file} cannot be read, so nothing is sent by itself: ${String(error)}`);
      return new PausedFlushes(place, [], true);
    }
  }

  get isUnread(): boolean {
    return this.unread;
  }

  /** What is paused now; in the file soon (`settled`). */
  keep(flushes: readonly KeptFlush[]): void {
    const text = textOf(flushes);
    if (text === this.written) return;
    this.written = text;
    this.unread = false;
    this.writing = this.writing.then(() => this.write(flushes));
  }

  /** A person chose what is to happen, where it could not be read. */
  forgetUnread(): void {
    if (!this.unread) return;
    this.unread = false;
    this.writing = this.writing.then(() => this.write([]));
  }

  /** Resolves when what was last to be kept is on disk; problem `disk` when it is not. */
  async settled(): Promise<Result<void>> {
    return await this.writing;
  }

  private async write(flushes: readonly KeptFlush[]): Promise<Result<void>> {
    if (flushes.length > 0) return await writeChoice(this.place, 'the paused flush', messageOf(flushes));
    try {
      await rm(this.place.file, { force: true });
    } catch (error) {
      // The next start finds it paused, which loses nothing.
      this.place.log(`${this.place.file} could not be removed: ${String(error)}`);
    }
    return succeed(undefined);
  }
}

/** Said where nothing goes because of it. */
export const unreadPauseWords =
  'sends only when you flush: a flush was paused, and which could not be read. Choose “By itself” if it may send';

function messageOf(flushes: readonly KeptFlush[]): z.infer<typeof savedSchema> {
  return { flushes: flushes.map(({ filter, counts }) => ({ filter: messageOfFilter(filter), counts })) };
}

function textOf(flushes: readonly KeptFlush[]): string {
  return flushes.length === 0 ? '' : JSON.stringify(messageOf(flushes));
}
