import type { HostRuntime } from '../ros/HostRuntime.js';
import type { LaptopLimits } from '../model/LaptopLimits.js';
import type { Clock } from '../seams/Clock.js';

/** All that differs between a window, the command line and a test. */
export interface EngineOptions {
  /** Folder of all data: robot files, caches, local CloudWatch. */
  readonly home: string;
  /** Who owns the caches while this engine runs, for the sentence that a second one is refused with. */
  readonly owner: string;
  /** How child processes of ours are run. */
  readonly runtime: HostRuntime;
  /** Folder that holds `build/` and `assets/`. */
  readonly appRoot: string;
  /** The file that set-up wrote about ROS and Electron, or null. */
  readonly toolchainFile: string | null;
  /** Use this local CloudWatch in place of starting our own. */
  readonly localCloudEndpoint: string | null;
  /** Open every robot of the home folder (a window), or none until asked (the command line). */
  readonly openRobots: boolean;
  readonly startDemoIfEmpty: boolean;
  /** Absent: none but those of the robots' files. */
  readonly limits?: LaptopLimits;
  /** Does the system call the link metered? Absent: NetworkManager is asked. */
  readonly readMetered?: () => Promise<boolean | null>;
  readonly clock: Clock;
  /** One line for the log file. */
  readonly log: (line: string) => void;
}
