import type { Problem } from '../model/Problem.js';
import { DiskLowError } from './DiskGuard.js';
import { errorCode } from './FileSystem.js';
import { sizeWords } from './sizeWords.js';

/** A commit that takes longer than this is told: records pile up in memory. */
const slowCommitMs = 1000;

/** The disk takes what it is given, only so slowly that records wait; null when it does not. */
export function slowDiskProblem(commitMs: number, waiting: number, folder: string): Problem | null {
  if (commitMs < slowCommitMs) return null;
  const seconds = (commitMs / 1000).toFixed(1);
  return {
    code: 'disk-slow',
    message: `The disk that holds ${folder} takes ${seconds} s to store records; ${waiting} wait in memory.`,
    nextStep: 'See what else writes to that disk, or keep the cache on a faster one.',
  };
}

/** What a failure of the disk means for the person in front of it. */
export function diskProblem(error: unknown, folder: string): Problem {
  const code = errorCode(error);
  const goesOn = 'Tether goes on by itself; until then records wait in memory.';
  if (error instanceof DiskLowError) {
    return {
      code: 'disk-low',
      message:
        `The disk that holds ${folder} has only ${sizeWords(error.freeBytes)} free; ` +
        `Tether keeps ${sizeWords(error.keptBytes)} free for the rest of the computer.`,
      nextStep: `Free space on that disk, or flush: what is sent leaves it. ${goesOn}`,
    };
  }
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return {
        code: 'disk-full',
        message: `The disk that holds ${folder} is full.`,
        nextStep: `Free space on that disk. ${goesOn}`,
      };
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return {
        code: 'disk-read-only',
        message: `The folder ${folder} cannot be written to (${code}).`,
        nextStep: `Give yourself the right to write there, or mount the disk writable. ${goesOn}`,
      };
    case 'ENOENT':
    case 'ENOTDIR':
      return {
        code: 'folder-gone',
        message: `The cache's folder ${folder} is gone.`,
        nextStep: `Bring the disk or the folder back. ${goesOn}`,
      };
    default: {
      const words = error instanceof Error ? error.message : String(error);
      return {
        code: 'disk-failing',
        message: `The disk that holds ${folder} refuses to store (${words}).`,
        nextStep: `Check the disk and its cable. ${goesOn}`,
      };
    }
  }
}
