import type { RobotConfig } from '../model/RobotConfig.js';
import type { Problem, Result } from '../model/Problem.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { CallOutput, DryRun } from '../contract/calls.js';
import type { RobotFile } from '../seams/RobotFiles.js';
import type { Clock } from '../seams/Clock.js';
import type { Interrupt } from './Interrupt.js';
import type { Output } from './Output.js';

/** What a command is handed; the engine behind it is opened only by the commands that need it. */
export interface CommandContext {
  readonly home: string;
  readonly output: Output;
  readonly clock: Clock;
  readonly interrupt: Interrupt;
  readonly openEngine: OpenEngine;
}

/** The part of the engine that the command line drives. */
export interface CommandEngine {
  /** `remembered`: as a person chose for this robot last. */
  openRobot(
    config: RobotConfig,
    how: { connect: boolean; mode: 'remembered' | 'manual' },
  ): Promise<Result<CommandRobot>>;
  close(): Promise<Result<void>>;
}

export interface CommandRobot {
  /** Also after the engine was closed. */
  received(): { readonly logs: number; readonly metrics: number };
  health(): Promise<RobotHealth>;
  /** Nothing goes by itself. */
  sendsOnlyWhenTold(): boolean;
  dryRun(filter: RecordFilter): Promise<DryRun>;
  /** What the running nodes have beside what `file` gives them; and setting it: contract/configCalls.ts. */
  running(file: RobotFile): Promise<Result<CallOutput<'config.running'>>>;
  setRunning(file: RobotFile, node: string, keys: readonly string[]): Promise<Result<CallOutput<'config.setRunning'>>>;
  flush(filter: RecordFilter, signal: AbortSignal): Promise<Result<FlushCounts>>;
  /** Records whose answer was lost and which CloudWatch could not tell of yet. */
  unresolvedRecords(): number;
  /** A person's choice about them; how many it concerned. */
  settle(choice: 'sent' | 'again'): Promise<number>;
}

export interface FlushCounts {
  readonly sentLogs: number;
  readonly sentMetrics: number;
  readonly refused: number;
  /** Matching records that still wait. */
  readonly remaining: number;
}

export interface RobotHealth {
  readonly pendingRecords: number;
  readonly cacheBytes: number;
  readonly lostRecords: number;
  /** The first rung of the ladder that is not well, in words; empty when all are. */
  readonly trouble: string;
  /** Set while the disk takes no records. */
  readonly diskProblem: Problem | null;
}

export type OpenEngine = (options: {
  readonly home: string;
  readonly owner: string;
  readonly log: (line: string) => void;
}) => Promise<Result<CommandEngine>>;
