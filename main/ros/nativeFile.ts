import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A native file that rclnodejs ships for exactly this Ubuntu and ROS 2, or null. */
export function prebuiltNativeFile(packageFolder: string, distro: string, runtime: 'node' | 'electron'): string | null {
  const name = `${distro}-${ubuntuCodename()}-${process.arch}-${runtime}-rclnodejs.node`;
  const shipped = path.join(packageFolder, 'prebuilds', `${process.platform}-${process.arch}`, name);
  return existsSync(shipped) ? shipped : null;
}

/** Where rclnodejs looks: one that it ships, else the compiled one. */
export function nativeFileOf(packageFolder: string): string {
  const runtime = process.versions['electron'] === undefined ? 'node' : 'electron';
  return (
    prebuiltNativeFile(packageFolder, process.env['ROS_DISTRO'] ?? '', runtime) ??
    path.join(packageFolder, 'build', 'Release', 'rclnodejs.node')
  );
}

function ubuntuCodename(): string {
  try {
    return /^VERSION_CODENAME=(.*)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]?.trim() ?? '';
  } catch {
    return '';
  }
}
