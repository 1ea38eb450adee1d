import { access } from 'node:fs/promises';
import path from 'node:path';
import { DiskRobotFiles, readRobotFileAt } from '../config/DiskRobotFiles.js';
import { robotsFolder } from '../config/home.js';
import type { Result } from '../model/Problem.js';
import { isRobotFileName } from '../model/fleetFile.js';
import type { RobotFile } from '../seams/RobotFiles.js';

/** A file anywhere, or the name of a robot of the home folder (`@fleet` for what all have in common); a file that is there comes first. */
export async function findRobotFile(home: string, written: string): Promise<Result<RobotFile>> {
  const looksLikeFile = /\.ya?ml$/.test(written) || written.includes(path.sep);
  if (looksLikeFile || !isRobotFileName(written) || (await isThere(written))) return await readRobotFileAt(written);
  return await new DiskRobotFiles(robotsFolder(home)).read(written);
}

async function isThere(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
