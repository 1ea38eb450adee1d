import type { Clock } from '../seams/Clock.js';

/** When the cache will be full, from how its size grew over the last minute. */
export class FillForecast {
  private readonly points: { readonly atMs: number; readonly bytes: number }[] = [];

  constructor(private readonly clock: Clock) {}

  /** Seconds until `bytesMax`, or null while the cache does not grow or too little is known. */
  secondsLeft(bytes: number, bytesMax: number): number | null {
    const atMs = this.clock.monotonicMs();
    const newest = this.points.at(-1);
    if (newest === undefined || atMs - newest.atMs >= pointEveryMs) this.points.push({ atMs, bytes });
    while ((this.points[0]?.atMs ?? atMs) < atMs - windowMs) this.points.shift();
    const oldest = this.points[0];
    if (oldest === undefined || atMs - oldest.atMs < knownFromMs) return null;
    const bytesPerMs = (bytes - oldest.bytes) / (atMs - oldest.atMs);
    if (bytesPerMs <= 0 || bytes >= bytesMax) return null;
    return Math.round((bytesMax - bytes) / bytesPerMs / 1000);
  }
}

const pointEveryMs = 2_000;
const windowMs = 60_000;
const knownFromMs = 10_000;
