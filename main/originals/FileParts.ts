import { createHash } from 'node:crypto';
import type { Cache, ImportProgress } from '../seams/Cache.js';
import type { FileLine } from './readLines.js';

/** Lines of a file that are imported under one origin. */
export interface FilePart {
  readonly origin: string;
  /** Log lines, metrics from here on, and those metrics before it that the original may not have sent. */
  readonly fromBytes: number;
  /** What an earlier run left in the ledger. */
  readonly recorded: ImportProgress | null;
  /** Records that an earlier run stored after that, still to be met again. */
  recordsBeyond: number;
  /** The ledger knows of it. */
  started: boolean;
}

const idDigits = 16;

/**
 * Who a file is, wherever it lies and however much it has grown since: its name and its first line.
 */
function fileId(name: string, firstLine: FileLine): string {
  return createHash('sha256').update(`${name}\n`).update(firstLine.content).digest('hex').slice(0, idDigits);
}

/**
 * The parts of a file, as the ledger has them: usually one. A further one is begun when earlier runs left lines out as
 * sent already that are wanted now; a line belongs to the first part that takes it, so that no part's lines ever change.
 */
export async function openFileParts(
  cache: Pick<Cache, 'importProgress'>,
  name: string,
  firstLine: FileLine,
  fromBytes: number,
): Promise<readonly FilePart[]> {
  const id = fileId(name, firstLine);
  const parts: FilePart[] = [];
  for (;;) {
    const origin = parts.length === 0 ? `import:${id}` : `import:${id}.${parts.length}`;
    const { progress: recorded, recordsBeyond } = await cache.importProgress(origin);
    const started = recorded !== null || recordsBeyond > 0;
    if (!started && parts.some((part) => part.fromBytes <= fromBytes)) return parts;
    const from = recorded?.fromBytes ?? fromBytes;
    parts.push({ origin, fromBytes: from, recorded, recordsBeyond, started });
    if (!started) return parts;
  }
}
