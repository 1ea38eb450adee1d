import { DiskRobotFiles, refusalOf } from '../config/DiskRobotFiles.js';
import { robotsFolder } from '../config/home.js';
import { fail, type Result, succeed } from '../model/Problem.js';
import type { RobotConfig } from '../model/RobotConfig.js';

/** What a robot's file says now. Problems: `no-such-robot` without a file, `bad-config`, and those of reading it. */
export async function readRobotConfig(home: string, name: string): Promise<Result<RobotConfig>> {
  const file = await new DiskRobotFiles(robotsFolder(home)).read(name);
  if (!file.ok) return file;
  const { config } = file.value;
  if (config !== null) return succeed(config);
  return fail('bad-config', refusalOf(name, file.value) ?? `${name}.yaml is not valid.`, 'Mend it, then try again.');
}
