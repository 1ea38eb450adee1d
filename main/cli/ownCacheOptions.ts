import type { OpenDiskCacheOptions } from '../cache/openDiskCache.js';
import { cacheFolder } from '../config/home.js';
import { parseRobotFile } from '../config/text/parseRobotFile.js';
import { type Result, succeed } from '../model/Problem.js';
import type { CommandContext } from './CommandContext.js';
import { openReader } from './knownRobots.js';

/**
 * How a command opens a robot's cache as its owner for a moment. The limits are those that the cache had last: a command
 * that changes a few records must not make others go.
 */
export async function ownCacheOptions(
  { home, clock }: CommandContext,
  robot: string,
  command: string,
): Promise<Result<OpenDiskCacheOptions>> {
  const reader = await openReader(home, robot);
  if (!reader.ok) return reader;
  const { bytesMax } = await reader.value.usage();
  const defaults = parseRobotFile(robot, '').config?.cache ?? { bytesMax: 0, segmentBytesMax: 0 };
  return succeed({
    folder: cacheFolder(home, robot),
    robot,
    owner: { kind: `tether ${command}`, controlSocket: null },
    limits: { ...defaults, ...(bytesMax > 0 ? { bytesMax } : {}) },
    clock,
  });
}
