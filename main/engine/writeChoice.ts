import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { writeFileDurably } from '../config/writeFileDurably.js';
import { fail, succeed, type Result } from '../model/Problem.js';

export interface ChoicePlace {
  readonly file: string;
  readonly log: (line: string) => void;
}

/**
 * Keeps what a person chose over a restart, as JSON. `called`: how the log calls it. A problem (`disk`) says that the next start will
 * not know of it.
 */
export async function writeChoice({ file, log }: ChoicePlace, called: string, choice: object): Promise<Result<void>> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFileDurably(file, Buffer.from(JSON.stringify(choice)), { exclusive: false, mode: 0o600 });
    return succeed(undefined);
  } catch (error) {
    log(`${called} could not be written: ${String(error)}`);
    return fail(
      'disk',
      `The choice holds until Tether ends: ${String(error)}`,
      'Make room on the disk, then choose again.',
    );
  }
}
