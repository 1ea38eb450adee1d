import { DiskRobotFiles } from '../config/DiskRobotFiles.js';
import { robotsFolder } from '../config/home.js';
import { fail, type Result, succeed } from '../model/Problem.js';
import type { RobotConfig } from '../model/RobotConfig.js';

/** What a robot's file says now. Problems: `no-such-robot` without a file, `bad-config`, and those of reading it. */
export async function readRobotConfig(home: string, name: string): Promise<Result<RobotConfig>> {
  const file = await new DiskRobotFiles(robotsFolder(home)).read(name);
  if (!file.ok) return file;
  const { config, issues } = file.value;
  if (config !== null) return succeed(config);
  const first = issues.find(({ severity }) => severity === 'error');
  const where = first === undefined ? '' : ` Line ${first.line}, column ${first.column}: ${first.message}.`;
  return fail('bad-config', `${name}.yaml is not valid.${where}`, 'Mend it, then try again.');
}
