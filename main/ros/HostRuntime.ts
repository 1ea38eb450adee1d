/** How child processes of ours are run: this process's own Node, which inside Electron is Electron run as Node. */
export interface HostRuntime {
  readonly execPath: string;
  /** Arguments before the script. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** The runtime that this process runs in. rclnodejs needs `require` of ES modules, which Node 20.18 has behind a flag. */
export function ownHostRuntime(): HostRuntime {
  return {
    execPath: process.execPath,
    args: ['--experimental-require-module', '--no-warnings'],
    environment: process.versions['electron'] === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' },
  };
}
