import type { ChunkWalk, WalkedChunk } from './ChunkWalk.js';

/** A part of the file without chunks or damaged bytes. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  /** The chunk right before it. */
  readonly after: WalkedChunk | null;
  readonly last: boolean;
}

/** In order. The last one has `last`, unless the file ends in damaged bytes. */
export function stretchesBetween({ chunks, damages }: ChunkWalk, size: number): Stretch[] {
  const taken = [
    ...chunks.map((chunk) => ({ ...chunk, chunk })),
    ...damages.map((damage) => ({ ...damage, chunk: null })),
  ].sort((a, b) => a.position - b.position);
  const stretches: Stretch[] = [];
  let start = 0;
  let after: WalkedChunk | null = null;
  for (const { position, length, chunk } of taken) {
    if (position > start) stretches.push({ start, end: position, after, last: false });
    start = position + length;
    after = chunk;
  }
  const endsInDamage = taken.at(-1)?.chunk === null && start === size;
  if (!endsInDamage) stretches.push({ start, end: size, after, last: true });
  return stretches;
}
