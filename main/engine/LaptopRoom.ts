import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { LaptopLimits } from '../model/LaptopLimits.js';
import type { Cache } from '../seams/Cache.js';
import { type SharedCache, shareOut } from './shareOut.js';

/** What is needed of a session. */
interface SharingRobot {
  readonly cache: Pick<Cache, 'usage' | 'pending' | 'setShare' | 'setDiskFreeBytesMin'>;
  readonly config: { readonly cache: { readonly segmentBytesMax: number } };
}

export interface LaptopRoomParts {
  /** Holds one folder a robot. */
  readonly cachesFolder: string;
  /** Those that are open here, by robot. */
  readonly caches: ReadonlyMap<string, SharingRobot>;
  readonly limits: LaptopLimits;
  readonly log: (line: string) => void;
}

const shareEveryMs = 1_000;
/** Caches that are not open here grow only under another process's hand, which counts ours in the same way. */
const elsewhereEveryMs = 10_000;

/**
 * Keeps all robots' caches together within the laptop's limit. What has to go for that goes as at a robot's own limit:
 * oldest first, counted in the ledger with this as its cause.
 */
export class LaptopRoom {
  #limits: LaptopLimits;
  #timer: NodeJS.Timeout | null = null;
  #elsewhere: { readonly atMs: number; readonly bytes: number; readonly open: string } | null = null;
  #sharing: Promise<void> = Promise.resolve();

  constructor(private readonly parts: LaptopRoomParts) {
    this.#limits = parts.limits;
  }

  get limits(): LaptopLimits {
    return this.#limits;
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      if (this.#limits.cachesBytesMax !== null) void this.shareOut();
    }, shareEveryMs);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  async setLimits(limits: LaptopLimits): Promise<void> {
    this.#limits = limits;
    for (const { cache } of this.parts.caches.values()) cache.setDiskFreeBytesMin(limits.diskFreeBytesMin);
    await this.shareOut();
  }

  /** Gives each open cache what it may have now. One after the other: shares rest on what was used before them. */
  async shareOut(): Promise<void> {
    this.#sharing = this.#sharing
      .then(() => this.#share())
      .catch((error: unknown) => {
        this.parts.log(`the caches' limit could not be shared out: ${String(error)}`);
      });
    await this.#sharing;
  }

  async #share(): Promise<void> {
    const { cachesBytesMax } = this.#limits;
    const robots = [...this.parts.caches.values()];
    if (cachesBytesMax === null) {
      for (const { cache } of robots) cache.setShare(null);
      return;
    }
    const elsewhereBytes = await this.#elsewhereBytes();
    const shared = await Promise.all(robots.map(sharedCacheOf));
    const shares = shareOut(cachesBytesMax, elsewhereBytes, shared);
    for (const [index, share] of shares.entries()) {
      robots[index]?.cache.setShare({ ...share, laptopBytesMax: cachesBytesMax });
    }
  }

  async #elsewhereBytes(): Promise<number> {
    const open = [...this.parts.caches.keys()].join(' ');
    const nowMs = performance.now();
    const known = this.#elsewhere;
    if (known !== null && known.open === open && nowMs - known.atMs < elsewhereEveryMs) return known.bytes;
    let bytes = 0;
    for (const robot of await namesIn(this.parts.cachesFolder)) {
      if (!this.parts.caches.has(robot)) bytes += await bytesBelow(path.join(this.parts.cachesFolder, robot));
    }
    this.#elsewhere = { atMs: nowMs, bytes, open };
    return bytes;
  }
}

async function sharedCacheOf({ cache, config }: SharingRobot): Promise<SharedCache> {
  const { bytes, heldRecords } = await cache.usage();
  const groups = heldRecords === 0 ? [] : await cache.pending();
  const heldBytes = groups.reduce((sum, group) => sum + (group.state === 'held' ? group.bytes : 0), 0);
  return { bytes, heldBytes: Math.min(heldBytes, bytes), segmentBytesMax: config.cache.segmentBytesMax };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return await readdir(folder).catch((): string[] => []);
}

/** Of all files below a folder; what goes while it is looked at counts nothing. */
async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    bytes += await stat(path.join(entry.parentPath, entry.name)).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return bytes;
}
