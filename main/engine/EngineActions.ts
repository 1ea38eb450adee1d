import type { NewRobot } from '../config/newRobotText.js';
import type { CallInput } from '../contract/calls.js';
import type { LaptopLinkStatus } from '../contract/frames.js';
import type { Finding } from '../model/Finding.js';
import type { Threshold } from '../live/ThresholdWatch.js';
import type { Result } from '../model/Problem.js';
import type { RobotFiles } from '../seams/RobotFiles.js';
import type { GroupDebts } from '../upload/GroupDebts.js';
import type { RobotSession } from './RobotSession.js';

/** What the calls need of the engine. */
export interface EngineActions {
  readonly files: RobotFiles;
  /** The folder of all data. */
  readonly home: string;
  session(robot: string): Result<RobotSession>;
  addRobot(robot: NewRobot): Promise<Result<void>>;
  setConnected(robot: string, connected: boolean): Promise<Result<void>>;
  removeRobot(robot: string): Promise<Result<void>>;
  startDemo(): Promise<Result<{ robot: string }>>;
  /** Of all robots, by name and by the series' key; also of those that are opened later. */
  setThresholds(robots: Readonly<Record<string, Readonly<Record<string, Threshold>>>>): void;
  fileChanged(robot: string): Promise<void>;
  examineRobot(robot: string): Promise<Result<readonly Finding[]>>;
  /** For all robots: whether the link counts as metered, and how much may go over it. */
  setLink(wanted: CallInput<'link.set'>): Promise<Result<LaptopLinkStatus>>;
  /** Whether a robot's records go by themselves or only when a person flushes. A problem `disk`: until Tether ends. */
  setUploadMode(robot: string, mode: 'auto' | 'manual'): Promise<Result<void>>;
  /** What is owed to the log groups that were made for a robot. */
  groupDebts(robot: string): GroupDebts;
  /** Address of the local CloudWatch, null while it does not listen. */
  localEndpoint(): string | null;
}
