import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { writeFileDurably } from '../config/writeFileDurably.js';
import type { Clock } from '../seams/Clock.js';

/** How long what is to be written may be in memory only. */
const writeAfterMs = 60_000;
/** Of the user alone. */
const mode = 0o600;

export interface JsonLinesPlace {
  readonly file: string;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

export interface JsonLinesRules<Line> {
  readonly schema: z.ZodType<Line>;
  /** How the log calls it: `the ledger of uploads`. */
  readonly called: string;
  /** A longer file is not ours. */
  readonly bytesMax: number;
  /** Brings what is in memory only into the file, with `add` or `replace`. */
  readonly save: () => Promise<void>;
}

/**
 * A file of JSON lines that is for people: a sudden death may cost it its last `writeAfterMs`. What goes wrong with it is told
 * in the log, and holds nothing up.
 */
export class JsonLinesFile<Line> {
  /** How many are in the file; `torn` when it may end within a line, which what is appended would become a part of. */
  private lines: number | 'torn' = 0;
  private cancelTimer: (() => void) | null = null;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly place: JsonLinesPlace,
    private readonly rules: JsonLinesRules<Line>,
  ) {}

  /** Those that can be read, in their order; a file that cannot be read has none. */
  async read(): Promise<readonly Line[]> {
    const { called, bytesMax, schema } = this.rules;
    const { file, log } = this.place;
    let text = '';
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') log(`${called}: ${String(error)}`);
    }
    const written = text.length > bytesMax ? [] : text.split('\n').filter((line) => line !== '');
    const lines = written.flatMap((line) => lineOf(line, schema));
    if (lines.length < written.length) log(`${called}: ${written.length - lines.length} lines could not be read`);
    this.lines = text === '' || text.endsWith('\n') ? written.length : 'torn';
    return lines;
  }

  /** `save`, a while from now: what comes until then goes with it. */
  writeSoon(): void {
    this.cancelTimer ??= this.place.clock.after(writeAfterMs, () => {
      void this.write();
    });
  }

  /** `save`, after those that are under way. */
  async write(): Promise<void> {
    this.cancelTimer?.();
    this.cancelTimer = null;
    this.writing = this.writing.then(this.rules.save);
    await this.writing;
  }

  /** Appends lines; writes `all`, which they are among, where the file would have more than `linesMax` or may end within a line. */
  async add(lines: readonly Line[], all: readonly Line[], linesMax: number): Promise<void> {
    if (lines.length === 0) return;
    if (this.lines === 'torn' || this.lines + lines.length > linesMax) await this.replace(all);
    else this.lines = (await this.append(lines)) ? this.lines + lines.length : 'torn';
  }

  /** The whole file anew; false when it could not be written, and is the old one. */
  async replace(lines: readonly Line[]): Promise<boolean> {
    const bytes = Buffer.from(textOf(lines));
    const isWritten = await this.attempt(() => writeFileDurably(this.place.file, bytes, { exclusive: false, mode }));
    if (isWritten) this.lines = lines.length;
    return isWritten;
  }

  private async append(lines: readonly Line[]): Promise<boolean> {
    const text = textOf(lines);
    return await this.attempt(async () => {
      const handle = await open(this.place.file, 'a', mode);
      try {
        await handle.appendFile(text);
        await handle.datasync();
      } finally {
        await handle.close();
      }
    });
  }

  private async attempt(write: () => Promise<void>): Promise<boolean> {
    try {
      await mkdir(path.dirname(this.place.file), { recursive: true });
      await write();
      return true;
    } catch (error) {
      this.place.log(`${this.rules.called} could not be written: ${String(error)}`);
      return false;
    }
  }
}

function textOf(lines: readonly unknown[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function lineOf<Line>(text: string, schema: z.ZodType<Line>): readonly Line[] {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}
