import type { FileHandle } from 'node:fs/promises';

/** Longest line that is looked at. A log event of CloudWatch's largest size needs six times its bytes at most. */
export const lineBytesMax = 8 * 1024 * 1024;
const blockBytes = 256 * 1024;
const newline = 10;

export interface FileLine {
  /** From 1. */
  readonly number: number;
  /** Bytes from the beginning of the file. */
  readonly start: number;
  /** Without the newline. */
  readonly end: number;
  /** False for the last line of a file that does not end in a newline. */
  readonly terminated: boolean;
  /** The first `lineBytesMax` bytes: all of it, unless `end - start` is more. Valid until the next line is asked for. */
  readonly content: Uint8Array;
}

/** The lines of a file, one after the other: never more than a block and a line in memory. */
export async function* readLines(file: FileHandle): AsyncGenerator<FileLine, void, void> {
  const block = Buffer.allocUnsafe(blockBytes);
  let pieces: Buffer[] = [];
  let kept = 0;
  let number = 0;
  let start = 0;
  let position = 0;
  const keep = (piece: Buffer): void => {
    if (piece.length === 0 || kept >= lineBytesMax) return;
    // The block is written over by the next read.
    const copy = Buffer.from(piece.subarray(0, lineBytesMax - kept));
    pieces.push(copy);
    kept += copy.length;
  };
  const line = (terminated: boolean, last: Buffer, end: number): FileLine => {
    number += 1;
    if (pieces.length === 0) return { number, start, end, terminated, content: last };
    keep(last);
    return { number, start, end, terminated, content: Buffer.concat(pieces) };
  };
  for (;;) {
    const { bytesRead } = await file.read(block, 0, blockBytes, position);
    if (bytesRead === 0) break;
    const bytes = block.subarray(0, bytesRead);
    let from = 0;
    for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, from)) {
      yield line(true, bytes.subarray(from, at), position + at);
      from = at + 1;
      start = position + from;
      pieces = [];
      kept = 0;
    }
    keep(bytes.subarray(from));
    position += bytesRead;
  }
  if (position > start) yield line(false, Buffer.alloc(0), position);
}
