import type { CacheUsage } from '../seams/Cache.js';
import type { Clock } from '../seams/Clock.js';

/** When no more records can be kept, and what ends first: the limit of the cache, or the room on the disk. */
export interface FillTime {
  readonly seconds: number;
  readonly by: 'limit' | 'disk';
}

/** Bytes until the disk has no more than is kept free on it; null when it does not say. */
export type DiskRoom = () => Promise<number | null>;

interface Point {
  readonly atMs: number;
  readonly bytes: number;
  readonly records: number;
  readonly diskRoomBytes: number | null;
}

/**
 * When the cache will be full, from how it grew over the last minute. While uploads get through, what grows is mostly the open
 * segment, and what waits comes and goes with each request: then it is filling up only when more waits at each moment of the
 * newest third of the time than at any of the oldest.
 */
export class FillForecast {
  private points: Point[] = [];
  private diskRoomBytes: number | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly diskRoom: DiskRoom,
  ) {}

  /** `isStuck`: nothing leaves by itself now. Null while nothing fills up, or too little is known. */
  next({ bytes, bytesMax, cachedRecords }: CacheUsage, isStuck: boolean): FillTime | null {
    const atMs = this.clock.monotonicMs();
    const now = { atMs, bytes, records: cachedRecords, diskRoomBytes: this.diskRoomBytes };
    const newest = this.points.at(-1);
    if (newest === undefined || atMs - newest.atMs >= pointEveryMs) {
      this.points.push(now);
      this.askDisk();
    }
    this.points = this.points.filter((point) => point.atMs >= atMs - windowMs);
    const oldest = this.points[0];
    if (oldest === undefined || atMs - oldest.atMs < (isStuck ? knownFromMs : knownFlowingFromMs)) return null;
    if (!isStuck && !this.growsAllThrough(oldest.atMs, now)) return null;
    return sooner(limitTime(oldest, now, bytesMax), diskTime(this.points, now));
  }

  private growsAllThrough(fromMs: number, now: Point): boolean {
    const thirdMs = (now.atMs - fromMs) / 3;
    const early = this.points.filter(({ atMs }) => atMs <= fromMs + thirdMs);
    const late = [...this.points.filter(({ atMs }) => atMs >= now.atMs - thirdMs), now];
    return Math.min(...late.map(({ records }) => records)) > Math.max(...early.map(({ records }) => records));
  }

  /** For the next point. */
  private askDisk(): void {
    void this.diskRoom().then((bytes) => {
      this.diskRoomBytes = bytes;
    });
  }
}

function limitTime(oldest: Point, now: Point, bytesMax: number): FillTime | null {
  const seconds = secondsUntil(bytesMax - now.bytes, now.bytes - oldest.bytes, now.atMs - oldest.atMs);
  return seconds === null ? null : { seconds, by: 'limit' };
}

function diskTime(points: readonly Point[], now: Point): FillTime | null {
  const oldest = points.find(({ diskRoomBytes }) => diskRoomBytes !== null);
  if (oldest === undefined || oldest.diskRoomBytes === null || now.diskRoomBytes === null) return null;
  const tookMs = now.atMs - oldest.atMs;
  if (tookMs < knownFromMs) return null;
  const seconds = secondsUntil(now.diskRoomBytes, oldest.diskRoomBytes - now.diskRoomBytes, tookMs);
  return seconds === null ? null : { seconds, by: 'disk' };
}

function secondsUntil(leftBytes: number, grewBytes: number, tookMs: number): number | null {
  if (grewBytes <= 0 || leftBytes <= 0 || tookMs <= 0) return null;
  return Math.round((leftBytes * tookMs) / grewBytes / 1000);
}

function sooner(a: FillTime | null, b: FillTime | null): FillTime | null {
  if (a === null || b === null) return a ?? b;
  return b.seconds < a.seconds ? b : a;
}

const pointEveryMs = 2_000;
const windowMs = 60_000;
const knownFromMs = 10_000;
/** What waits goes with each request, some seconds apart. */
const knownFlowingFromMs = 30_000;
