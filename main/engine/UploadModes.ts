import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { succeed, type Result } from '../model/Problem.js';
import { writeChoice, type ChoicePlace } from './writeChoice.js';

export type UploadMode = 'auto' | 'manual';

/** Each robot's word is judged alone: one that cannot be read takes no other with it. */
const savedSchema = z.object({ modes: z.record(z.string(), z.unknown()) });
const modeSchema = z.enum(['auto', 'manual']);

/** By robot; a word that is no mode is kept as it is. Null: the file cannot be read. */
type Saved = Readonly<Record<string, unknown>> | null;

export interface UploadModesOptions extends ChoicePlace {
  /** The robots that there are now: a file that cannot be read may have said something about each. */
  readonly robots: () => Promise<readonly string[]>;
}

/**
 * Whether each robot's records go by themselves, or only when a person flushes: kept over a restart. A robot that nobody
 * chose anything for sends by itself. Where the choice cannot be read, nothing goes until a person chooses anew: records
 * that wait on disk are not lost, and those that were sent over a forbidden link cannot be taken back.
 *
 * The file is read anew each time: another window may have had the robot meanwhile.
 */
export class UploadModes {
  /** One after the other, so that no choice is lost to another one's write. */
  private writing: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: UploadModesOptions) {}

  /** `words`: why it is manual without a person's choice; null when it is as chosen. */
  async of(robot: string): Promise<{ readonly mode: UploadMode; readonly words: string | null }> {
    const saved = await this.read();
    if (saved !== null && !Object.hasOwn(saved, robot)) return { mode: 'auto', words: null };
    const mode = modeSchema.safeParse(saved?.[robot]);
    return mode.success ? { mode: mode.data, words: null } : { mode: 'manual', words: unreadWords };
  }

  /** A problem (`disk`) says that the next start will not know of it. */
  async set(robot: string, mode: UploadMode): Promise<Result<void>> {
    return await this.change((saved) => ({ ...saved, [robot]: mode }));
  }

  /** Another robot of this name was not chosen anything for. */
  async forget(robot: string): Promise<void> {
    await this.change((saved) => Object.fromEntries(Object.entries(saved).filter(([name]) => name !== robot)));
  }

  private async change(how: (saved: NonNullable<Saved>) => NonNullable<Saved>): Promise<Result<void>> {
    const writing = this.writing.then(async () => {
      const saved = (await this.read()) ?? (await this.allUnread());
      const modes = how(saved);
      if (JSON.stringify(modes) === JSON.stringify(saved)) return succeed(undefined);
      return await writeChoice(this.options, 'the choice when to upload', { modes });
    });
    this.writing = writing;
    return await writing;
  }

  private async read(): Promise<Saved> {
    try {
      return savedSchema.parse(JSON.parse(await readFile(this.options.file, 'utf8'))).modes;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
      this.options.log(`${this.options.file} cannot be read, so nothing is sent by itself: ${String(error)}`);
      return null;
    }
  }

  private async allUnread(): Promise<NonNullable<Saved>> {
    return Object.fromEntries((await this.options.robots()).map((robot) => [robot, 'unread']));
  }
}

const unreadWords =
  'sends only when you flush: what you chose before could not be read. Choose “By itself” if it may send';
