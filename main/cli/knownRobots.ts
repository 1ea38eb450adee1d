import { readdir } from 'node:fs/promises';
import { DiskRobotFiles } from '../config/DiskRobotFiles.js';
import { cacheFolder, cachesFolder, robotsFolder } from '../config/home.js';
import { nearestName } from '../config/text/nearestName.js';
import { openCacheReader } from '../cache/openCacheReader.js';
import { fail, succeed } from '../model/Problem.js';
import type { Result } from '../model/Problem.js';
import { isRobotName } from '../model/RobotName.js';
import type { CacheReader } from '../seams/Cache.js';

/** Robots with a file or with a cache folder, by name. */
export async function knownRobots(home: string): Promise<readonly string[]> {
  const withFile = await new DiskRobotFiles(robotsFolder(home)).list();
  const entries = await readdir(cachesFolder(home), { withFileTypes: true }).catch(() => []);
  const withCache = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return [...new Set([...withFile, ...withCache.filter(isRobotName)])].sort();
}

/** The asked-for robots, all known ones when none is named. */
export async function chooseRobots(home: string, asked: readonly string[]): Promise<Result<readonly string[]>> {
  const known = await knownRobots(home);
  const missing = asked.find((robot) => !known.includes(robot));
  if (missing === undefined) return succeed(asked.length === 0 ? known : asked);
  const near = nearestName(missing, known);
  const list = known.length === 0 ? 'No robot is known here' : `Known: ${known.join(', ')}`;
  return fail(
    'unknown-robot',
    `There is no robot "${missing}".`,
    near === null ? `${list} (${home}).` : `Do you mean "${near}"?`,
  );
}

/** The one robot that is meant, for what is numbered for each robot; `numbered` is its plural, at a sentence's beginning. */
export async function chooseRobot(home: string, asked: readonly string[], numbered: string): Promise<Result<string>> {
  const robots = await chooseRobots(home, asked);
  if (!robots.ok) return robots;
  const [only, another] = robots.value;
  if (only !== undefined && another === undefined) return succeed(only);
  return fail(
    'which-robot',
    `${numbered} are numbered for each robot: of which one is this?`,
    'Give one --robot NAME.',
  );
}

export async function openReader(home: string, robot: string): Promise<Result<CacheReader>> {
  return await openCacheReader({ folder: cacheFolder(home, robot), robot });
}
