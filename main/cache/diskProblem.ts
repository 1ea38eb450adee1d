import type { Problem } from '../model/Problem.js';
import { DiskLowError } from './DiskGuard.js';
import { errorCode } from './FileSystem.js';
import { sizeWords } from './sizeWords.js';

/** A commit that takes longer than this is told: records pile up in memory. */
const slowCommitMs = 1000;

/** What memory's limit made go since the disk last took all that waited. */
export interface MemoryLoss {
  readonly lost: number;
  readonly memoryBytesMax: number;
}

/** The disk takes what it is given, only so slowly that records wait; null when it does not. */
export function slowDiskProblem(
  { commitMs, length, lost }: { readonly commitMs: number; readonly length: number; readonly lost: number },
  folder: string,
): Problem | null {
  if (commitMs < slowCommitMs) return null;
  const seconds = (commitMs / 1000).toFixed(1);
  const gone = lost === 0 ? '' : ` ${lostWords(lost)}: memory's limit is reached, and the oldest go first.`;
  return {
    code: 'disk-slow',
    message: `The disk that holds ${folder} takes ${seconds} s to store records; ${length} wait in memory.${gone}`,
    nextStep: 'See what else writes to that disk, or keep the cache on a faster one.',
  };
}

/** What a failure of the disk means for the person in front of it. */
export function diskProblem(error: unknown, folder: string, memory: MemoryLoss | null = null): Problem {
  const problem = refusalOf(error, folder);
  const goesOn =
    memory === null || memory.lost === 0
      ? 'Tether goes on by itself; until then records wait in memory.'
      : `Do it now: the ${sizeWords(memory.memoryBytesMax)} of memory for what waits are full, ` +
        `and the oldest of it is lost. ${lostWords(memory.lost)} so far.`;
  return { ...problem, nextStep: `${problem.nextStep} ${goesOn}` };
}

function lostWords(lost: number): string {
  return lost === 1 ? '1 record was lost' : `${lost} records were lost`;
}

function refusalOf(error: unknown, folder: string): Problem {
  const code = errorCode(error);
  if (error instanceof DiskLowError) {
    return {
      code: 'disk-low',
      message:
        `The disk that holds ${folder} has only ${sizeWords(error.freeBytes)} free; ` +
        `Tether keeps ${sizeWords(error.keptBytes)} free for the rest of the computer.`,
      nextStep: 'Free space on that disk, or flush: what is sent leaves it.',
    };
  }
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return {
        code: 'disk-full',
        message: `The disk that holds ${folder} is full.`,
        nextStep: 'Free space on that disk.',
      };
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return {
        code: 'disk-read-only',
        message: `The folder ${folder} cannot be written to (${code}).`,
        nextStep: 'Give yourself the right to write there, or mount the disk writable.',
      };
    case 'ENOENT':
    case 'ENOTDIR':
      return {
        code: 'folder-gone',
        message: `The cache's folder ${folder} is gone.`,
        nextStep: 'Bring the disk or the folder back.',
      };
    default: {
      const words = error instanceof Error ? error.message : String(error);
      return {
        code: 'disk-failing',
        message: `The disk that holds ${folder} refuses to store (${words}).`,
        nextStep: 'Check the disk and its cable.',
      };
    }
  }
}
