import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';

/** A log file is put aside (`app.log` → `app.1.log` → ...) when it has this size; so many are kept beside the open one. */
export const logFileBytesMax = 2 * 1024 * 1024;
export const olderLogFilesMax = 3;
/** Lines waiting for the disk; more are counted and left out, so that a slow disk never fills memory. */
export const waitingLinesMax = 10_000;

export interface RotatingLogLimits {
  readonly fileBytesMax: number;
  readonly olderFilesMax: number;
}

/**
 * Lines with their UTC time, in a file of bounded size. Writing never blocks and never fails: a log that cannot be written
 * must not take the app with it. What was left out is told in the log itself.
 */
export class RotatingLog {
  readonly #file: string;
  readonly #limits: RotatingLogLimits;
  #waiting: string[] = [];
  #leftOut = 0;
  #bytes: number | null = null;
  #writing: Promise<void> | null = null;

  constructor(
    file: string,
    limits: RotatingLogLimits = { fileBytesMax: logFileBytesMax, olderFilesMax: olderLogFilesMax },
  ) {
    this.#file = file;
    this.#limits = limits;
  }

  write(line: string): void {
    if (this.#waiting.length >= waitingLinesMax) {
      this.#leftOut += 1;
      return;
    }
    this.#waiting.push(`${new Date().toISOString()} ${line}\n`);
    this.#writing ??= this.#writeWaiting();
  }

  /** Resolves when everything written so far is with the system. */
  async flush(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  async #writeWaiting(): Promise<void> {
    // The first line of a burst waits one turn, so that the rest of it goes with the same append.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const lines = this.#waiting;
      this.#waiting = [];
      if (this.#leftOut > 0) {
        lines.push(`${new Date().toISOString()} [log] ${this.#leftOut} lines were left out: the disk was too slow\n`);
        this.#leftOut = 0;
      }
      await this.#append(lines.join('')).catch(() => undefined);
    }
    this.#writing = null;
  }

  async #append(text: string): Promise<void> {
    if (this.#bytes === null) {
      await mkdir(path.dirname(this.#file), { recursive: true });
      this.#bytes = await sizeOf(this.#file);
    }
    if (this.#bytes >= this.#limits.fileBytesMax) await this.#rotate();
    await appendFile(this.#file, text);
    this.#bytes += Buffer.byteLength(text);
  }

  async #rotate(): Promise<void> {
    for (let age = this.#limits.olderFilesMax; age >= 1; age -= 1) {
      const newer = age === 1 ? this.#file : this.#olderFile(age - 1);
      await rename(newer, this.#olderFile(age)).catch(() => undefined);
    }
    this.#bytes = await sizeOf(this.#file);
  }

  #olderFile(age: number): string {
    const { dir, name, ext } = path.parse(this.#file);
    return path.join(dir, `${name}.${age}${ext}`);
  }
}

async function sizeOf(file: string): Promise<number> {
  return await stat(file).then(
    (facts) => facts.size,
    () => 0,
  );
}
