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
  /** Brings what is in memory only into the file, with `append` or `replace`. */
  readonly save: () => Promise<void>;
}

export interface ReadLines<Line> {
  /** Those that can be read, in their order. */
  readonly lines: readonly Line[];
  /** Of all lines. */
  readonly count: number;
  /** A sudden death cut the last line short: what is appended would become a part of it. */
  readonly isTorn: boolean;
}

/**
 * A file of JSON lines that is for people: a sudden death may cost it its last `writeAfterMs`. What goes wrong with it is told
 * in the log, and holds nothing up.
 */
export class JsonLinesFile<Line> {
  private cancelTimer: (() => void) | null = null;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly place: JsonLinesPlace,
    private readonly rules: JsonLinesRules<Line>,
  ) {}

  /** A file that cannot be read has no lines. */
  async read(): Promise<ReadLines<Line>> {
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
    return { lines, count: written.length, isTorn: text !== '' && !text.endsWith('\n') };
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

  /** False when it could not be written. */
  async append(lines: readonly Line[]): Promise<boolean> {
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

  /** The whole file anew; false when it could not be written, and is the old one. */
  async replace(lines: readonly Line[]): Promise<boolean> {
    const bytes = Buffer.from(textOf(lines));
    return await this.attempt(() => writeFileDurably(this.place.file, bytes, { exclusive: false, mode }));
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
