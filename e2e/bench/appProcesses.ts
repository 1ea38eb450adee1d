import { readdirSync, readFileSync } from 'node:fs';

export interface AppProcess {
  readonly pid: number;
  readonly command: string;
}

/** Every process on this machine that was started for this home folder, the app's own and its children. Linux only. */
export function appProcesses(home: string): AppProcess[] {
  const found: AppProcess[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const environment = readOrEmpty(`/proc/${name}/environ`);
    if (!environment.split('\0').includes(`TETHER_HOME=${home}`)) continue;
    found.push({ pid: Number(name), command: readOrEmpty(`/proc/${name}/cmdline`).replaceAll('\0', ' ') });
  }
  return found;
}

export function robotHosts(home: string): AppProcess[] {
  return appProcesses(home).filter(({ command }) => command.includes('robotHost.js'));
}

/** A process may be gone, or another user's, before it is read. */
function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
