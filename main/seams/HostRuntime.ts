/** How a child process of ours is run: plain Node, or Electron's own Node (`ELECTRON_RUN_AS_NODE`). */
export interface HostRuntime {
  readonly execPath: string;
  /** Arguments before the script. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}
