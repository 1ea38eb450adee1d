import path from 'node:path';
import type { DiskCache } from '../cache/DiskCache.js';
import { openDiskCache } from '../cache/openDiskCache.js';
import { cacheFolder } from '../config/home.js';
import { newRobotText } from '../config/newRobotText.js';
import { parseRobotFile } from '../config/text/parseRobotFile.js';
import { Engine } from '../engine/Engine.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import { systemClock } from '../seams/Clock.js';

/** The file of a new robot that sends to the local CloudWatch. */
export const roverText = newRobotText({ name: 'rover', domainId: 0, cloud: 'local' });

export function roverConfig(): RobotConfig {
  const { config } = parseRobotFile('rover', roverText);
  if (config === null) throw new Error('the new robot file is not valid');
  return config;
}

/** The cache of a robot of the home folder, taken by a test that nobody can ask. */
export async function takeCache(home: string, robot = 'rover'): Promise<DiskCache> {
  const cache = await openDiskCache({
    folder: cacheFolder(home, robot),
    robot,
    owner: { kind: 'a test', controlSocket: null },
    limits: { bytesMax: 100_000_000, segmentBytesMax: 1_000_000 },
    clock: systemClock,
  });
  if (!cache.ok) throw new Error(cache.problem.message);
  return cache.value;
}

/** An engine with its socket, that opens no robot by itself. `appRoot`: the project's folder. */
export async function openOwner(home: string, owner: string, appRoot: string): Promise<Engine> {
  const engine = await Engine.open({
    home,
    owner,
    appRoot,
    toolchainFile: null,
    localCloudEndpoint: 'http://127.0.0.1:9',
    openRobots: false,
    startDemoIfEmpty: false,
    runtime: { execPath: process.execPath, args: [], environment: {} },
    clock: systemClock,
    log: () => undefined,
  });
  if (!engine.ok) throw new Error(engine.problem.message);
  return engine.value;
}

/** Does something while an engine like a window's has the robot `rover` open, and can be asked. */
export async function withOwner(home: string, use: (engine: Engine) => Promise<void>): Promise<void> {
  const engine = await openOwner(home, 'a window', path.resolve(import.meta.dirname, '../..'));
  try {
    await engine.openRobot(roverConfig(), { connect: false, mode: 'manual' });
    await use(engine);
  } finally {
    await engine.close();
  }
}
