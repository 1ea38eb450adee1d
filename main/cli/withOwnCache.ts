import { openDiskCache } from '../cache/openDiskCache.js';
import { cacheFolder } from '../config/home.js';
import { parseRobotFile } from '../config/parseRobotFile.js';
import type { Result } from '../model/Problem.js';
import type { Cache } from '../seams/Cache.js';
import type { CommandContext } from './CommandContext.js';
import { openReader } from './knownRobots.js';

/**
 * Opens a robot's cache as its owner, does one thing with it, and gives it up. The limits are those that the cache had last:
 * a command that changes a few records must not make others go.
 */
export async function withOwnCache<T>(
  { home, clock }: CommandContext,
  robot: string,
  command: string,
  use: (cache: Cache) => Promise<Result<T>>,
): Promise<Result<T>> {
  const reader = await openReader(home, robot);
  if (!reader.ok) return reader;
  const { bytesMax } = await reader.value.usage();
  const defaults = parseRobotFile(robot, '').config?.cache ?? { bytesMax: 0, segmentBytesMax: 0 };
  const opened = await openDiskCache({
    folder: cacheFolder(home, robot),
    robot,
    owner: { kind: `tether ${command}`, controlSocket: null },
    limits: { ...defaults, ...(bytesMax > 0 ? { bytesMax } : {}) },
    clock,
  });
  if (!opened.ok) return opened;
  const done = await use(opened.value);
  const closed = await opened.value.close();
  return closed.ok || !done.ok ? done : closed;
}
