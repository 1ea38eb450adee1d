import { type Result, succeed } from '../model/Problem.js';
import type { Cache } from '../seams/Cache.js';
import type { CommandContext } from './CommandContext.js';
import { openReader } from './knownRobots.js';
import { throughOwner } from './throughOwner.js';
import { withOwnCache } from './withOwnCache.js';

/**
 * Has a robot's cache changed by whoever owns it: the live owner over its socket, else this process. Null when the robot has
 * nothing on disk: it gets no cache by this.
 */
export async function changeCache<T>(
  context: CommandContext,
  robot: string,
  command: string,
  ways: {
    readonly owner: (socket: string, signal: AbortSignal) => Promise<Result<T>>;
    readonly own: (cache: Cache) => Promise<Result<T>>;
  },
): Promise<Result<T | null>> {
  const reader = await openReader(context.home, robot);
  if (!reader.ok) return reader;
  if ((await reader.value.segments()).length === 0) return succeed(null);
  return await throughOwner(context, robot, {
    owner: ways.owner,
    own: () => withOwnCache(context, robot, command, ways.own),
    nextStep: 'Close it, then try again.',
  });
}
