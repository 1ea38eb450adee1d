/** A cache that is open here, as `shareOut` looks at it. */
export interface SharedCache {
  readonly bytes: number;
  /** Of `bytes`, what a person holds back: it goes last. */
  readonly heldBytes: number;
  readonly segmentBytesMax: number;
}

export interface Share {
  readonly bytesMax: number;
  readonly reachableBytes: number;
}

/** A cache may grow by so many segments until the limit is shared out anew, about a second later. */
const stepSegments = 3;
/** All steps together are at most this part of the limit. */
const stepsPartMin = 8;

/**
 * Shares out one limit among caches. While there is room, each may grow: by a step, and by its part of what is free. When
 * there is none left, the caches that hold the most (without what is held back) give up their oldest, down to one level; the
 * others still grow by a step. `elsewhereBytes` is what lies in caches that are not open here.
 *
 * Invariants: shares and `elsewhereBytes` together never exceed the limit, once a cache that was cut has come down to its
 * share, and unless `elsewhereBytes` leave less than a step for each. No cache is cut while all fit.
 */
export function shareOut(limitBytes: number, elsewhereBytes: number, caches: readonly SharedCache[]): readonly Share[] {
  if (caches.length === 0) return [];
  const stepMax = limitBytes / stepsPartMin / caches.length;
  const steps = caches.map(({ segmentBytesMax }) => Math.min(stepSegments * segmentBytesMax, stepMax));
  const allSteps = sum(steps);
  const used = sum(caches.map(({ bytes }) => bytes));
  // Two steps each stay free: one that is being taken while it is asked for anew, and the one that is given now.
  const freeBytes = limitBytes - elsewhereBytes - used - 2 * allSteps;
  const missingBytes = Math.max(0, -freeBytes);
  const unheld = caches.map(({ bytes, heldBytes }) => Math.max(0, bytes - heldBytes));
  // What is held back goes only when nothing else is left that could.
  const heights = sum(unheld) >= missingBytes ? unheld : caches.map(({ bytes }) => bytes);
  const level = levelFor(heights, missingBytes);
  return caches.map(({ bytes }, index) => {
    const step = steps[index] ?? 0;
    const excess = (heights[index] ?? 0) - level;
    if (missingBytes > 0 && excess > 0) {
      const left = Math.max(step, bytes - excess);
      return { bytesMax: left, reachableBytes: left };
    }
    const free = Math.max(0, freeBytes);
    return { bytesMax: bytes + step + free / caches.length, reachableBytes: bytes + free };
  });
}

/** The level above which the heights together have `bytes`; 0 when all of them are less. */
function levelFor(heights: readonly number[], bytes: number): number {
  const falling = [...heights].sort((a, b) => b - a);
  let above = 0;
  for (const [index, height] of falling.entries()) {
    above += height;
    const level = (above - bytes) / (index + 1);
    if (level >= (falling[index + 1] ?? 0)) return Math.max(0, level);
  }
  return 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
