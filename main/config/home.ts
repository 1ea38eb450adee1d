import os from 'node:os';
import path from 'node:path';
import { fleetName } from '../model/fleetFile.js';

/**
 * The folder of all of Tether's data: `TETHER_HOME`, else `tether` in the user's data folder (XDG Base Directory
 * Specification: `XDG_DATA_HOME` counts only when absolute, else `~/.local/share`).
 */
export function tetherHome(environment: Readonly<Record<string, string | undefined>>): string {
  const own = environment['TETHER_HOME'] ?? '';
  if (own !== '') return path.resolve(own);
  const data = environment['XDG_DATA_HOME'] ?? '';
  if (path.isAbsolute(data)) return path.join(data, 'tether');
  return path.join(environment['HOME'] || os.homedir(), '.local', 'share', 'tether');
}

export function robotsFolder(home: string): string {
  return path.join(home, 'robots');
}

/** Of the window, and of the limits that recordings keep to as well. */
export function settingsFolder(home: string): string {
  return path.join(home, 'settings');
}

/** Whether each robot's records go by themselves. */
export function uploadModesFile(home: string): string {
  return path.join(settingsFolder(home), 'uploads.json');
}

/** What a person said of this laptop's link. */
export function linkFile(home: string): string {
  return path.join(settingsFolder(home), 'link.json');
}

/** The ledger of uploads of one robot; its other lists about uploads stand beside it. */
export function uploadsFile(home: string, robot: string): string {
  return path.join(home, 'uploads', `${robot}.jsonl`);
}

/** The paused flushes of a robot, beside its ledger of uploads. */
export function pausedFlushesFile(uploads: string): string {
  return uploads.replace(/\.jsonl$/, '.paused.json');
}

/** What is owed to the log groups that were made for a robot. */
export function groupDebtsFile(home: string, robot: string): string {
  return path.join(home, 'uploads', `${robot}.groups.jsonl`);
}

/** What all robots have in common. */
export function fleetPath(home: string): string {
  return path.join(robotsFolder(home), `${fleetName}.yaml`);
}

/** Where the DDS profile of a robot's chosen network interface is written; `name` is the robot's, or begins with it. */
export function ddsProfilePath(home: string, name: string): string {
  return path.join(home, 'run', 'dds', `${name}.xml`);
}

/** One folder a robot below it. */
export function cachesFolder(home: string): string {
  return path.join(home, 'cache');
}

export function cacheFolder(home: string, robot: string): string {
  return path.join(cachesFolder(home), robot);
}
