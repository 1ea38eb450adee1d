import path from 'node:path';

/** The file that set-up wrote about ROS and Electron. */
export function toolchainPlace(appRoot: string): string {
  return process.env['TETHER_TOOLCHAIN'] || path.join(appRoot, '.cache', 'toolchain.json');
}
