/**
 * When to ask again for what is read from disk: after `leastMs`, but never so often that the engine is busy with it for more
 * than a tenth of the time, for it has records to take in.
 */
export function askAgainMs(leastMs: number, startedMs: number): number {
  return Math.max(leastMs, (performance.now() - startedMs) * restFactor);
}

const restFactor = 9;
