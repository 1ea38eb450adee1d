import { access, type FileHandle, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fail, type Problem, type Result, succeed } from '../model/Problem.js';

/** Bytes that are gathered before they are written. */
const bufferBytesMax = 256 * 1024;

/**
 * A file that comes into being whole or not at all. It is written under `FILE.partial`, made durable and only then given its
 * name; what is cut short on the way never has that name.
 */
export class PartialFile {
  readonly path: string;
  readonly #partialPath: string;
  readonly #handle: FileHandle;
  readonly #force: boolean;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #bytes = 0;

  private constructor(file: string, handle: FileHandle, force: boolean) {
    this.path = file;
    this.#partialPath = partialPathOf(file);
    this.#handle = handle;
    this.#force = force;
  }

  /** Refused when the file, or the partial one, is there already; `force` replaces both. */
  static async create(file: string, force: boolean): Promise<Result<PartialFile>> {
    if (!force && (await isThere(file))) return alreadyThere(file);
    const partial = partialPathOf(file);
    try {
      if (force) await rm(partial, { force: true });
      return succeed(new PartialFile(file, await open(partial, 'wx'), force));
    } catch (error) {
      if (codeOf(error) === 'EEXIST') {
        const words = `${partial} is there already: another export writes it, or one was cut short.`;
        return fail('file-exists', words, 'Wait for that export; if none runs, remove it, or give --force.');
      }
      return { ok: false, problem: writeProblem(error, file) };
    }
  }

  /** Bytes that were handed over so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Throws what the file system throws. */
  async write(data: Uint8Array): Promise<void> {
    // The caller may use its buffer again.
    this.#waiting.push(data.slice());
    this.#waitingBytes += data.byteLength;
    this.#bytes += data.byteLength;
    if (this.#waitingBytes >= bufferBytesMax) await this.#flush();
  }

  /** Makes the content durable and gives it its name. */
  async finish(): Promise<Result<void>> {
    await this.#flush();
    await this.#handle.sync();
    await this.#handle.close();
    if (!this.#force && (await isThere(this.path))) {
      await rm(this.#partialPath, { force: true });
      return alreadyThere(this.path);
    }
    await rename(this.#partialPath, this.path);
    await syncFolderOf(this.path);
    return succeed(undefined);
  }

  /** Removes what was written so far. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(this.#partialPath, { force: true });
  }

  async #flush(): Promise<void> {
    if (this.#waitingBytes === 0) return;
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    await this.#handle.writeFile(bytes);
  }
}

function partialPathOf(file: string): string {
  return `${file}.partial`;
}

function alreadyThere(file: string): Result<never> {
  return fail('file-exists', `${file} is there already.`, 'Choose another name, or give --force to replace it.');
}

/** What keeps an export from being written, as a person should hear it. */
export function writeProblem(error: unknown, file: string): Problem {
  const said = error instanceof Error ? error.message : String(error);
  const nextStep =
    codeOf(error) === 'ENOSPC'
      ? 'Free some space, or export to another disk. The cache is as it was.'
      : 'Check that the folder is there and can be written. The cache is as it was.';
  return { code: 'export-failed', message: `${file} cannot be written: ${said}`, nextStep };
}

/** Not every file system can sync a folder (vfat on a USB stick can not always); the file itself is durable already. */
async function syncFolderOf(file: string): Promise<void> {
  const folder = await open(path.dirname(path.resolve(file)), 'r');
  try {
    await folder.sync().catch(() => undefined);
  } finally {
    await folder.close();
  }
}

async function isThere(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
