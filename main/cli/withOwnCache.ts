import { openDiskCache } from '../cache/openDiskCache.js';
import type { Result } from '../model/Problem.js';
import type { Cache } from '../seams/Cache.js';
import type { CommandContext } from './CommandContext.js';
import { ownCacheOptions } from './ownCacheOptions.js';

/** Opens a robot's cache as its owner, does one thing with it, and gives it up. */
export async function withOwnCache<T>(
  context: CommandContext,
  robot: string,
  command: string,
  use: (cache: Cache) => Promise<Result<T>>,
): Promise<Result<T>> {
  const options = await ownCacheOptions(context, robot, command);
  if (!options.ok) return options;
  const opened = await openDiskCache(options.value);
  if (!opened.ok) return opened;
  const done = await use(opened.value);
  const closed = await opened.value.close();
  return closed.ok || !done.ok ? done : closed;
}
