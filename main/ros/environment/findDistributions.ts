import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Where Debian packages of ROS go. */
export const distributionsRoot = '/opt/ros';

/** Names of a prefix's setup script; the first that is there is sourced. */
const setupNames = ['setup.bash', 'setup.sh'] as const;

/** Names of the distributions below `root` (`humble`, `jazzy`), ROS 1 among them; none when there is no such folder. */
export function findDistributions(root: string = distributionsRoot): readonly string[] {
  try {
    return readdirSync(root)
      .filter((name) => setupScriptIn(path.join(root, name)) !== null)
      .sort();
  } catch {
    return [];
  }
}

/** The setup script of a prefix, of a workspace (`install/` in it), or the path itself when it is a script; null: there is none. */
export function findSetupScript(place: string): string | null {
  if (/\.(bash|sh)$/.test(place)) return existsSync(place) ? place : null;
  return setupScriptIn(path.join(place, 'install')) ?? setupScriptIn(place);
}

function setupScriptIn(folder: string): string | null {
  return setupNames.map((name) => path.join(folder, name)).find((script) => existsSync(script)) ?? null;
}
