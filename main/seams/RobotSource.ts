import type { Channel } from '../model/Channel.js';
import type { ParameterSetting, RunningNode, SettingAnswer, TopicOnRobot } from '../model/NodeParameter.js';
import type { Result } from '../model/Problem.js';
import type { Severity } from '../model/Severity.js';
import type { Loss } from '../model/Loss.js';

/** One message as the robot sent it. `data` is the serialised message, never changed on the way. */
export interface SourceMessage {
  readonly channelId: number;
  readonly receivedNs: bigint;
  readonly data: Uint8Array;
  /** Sent before we joined and kept by the publisher (transient local). Absent when it cannot be known. */
  readonly replayed?: boolean;
}

export interface TopicStatus {
  readonly topic: string;
  readonly schemaName: string;
  readonly publishers: number;
  readonly messages: number;
  readonly lastReceivedNs: bigint | null;
  /** Messages that were lost before they could be taken. Absent where that cannot be counted (yet), never 0. */
  readonly lost?: number;
  /** In words: publishers that offer less than the others of the topic, by which all of them are heard with less. */
  readonly lowered?: string;
}

export interface SourceStatus {
  /**
   * - `starting`: the host is being started, or started again
   * - `waiting`: the host runs, nothing publishes yet
   * - `receiving`: at least one publisher is matched
   * - `stopped`: on request
   * - `failed`: it cannot run here (no ROS, missing package); `reason` and `nextStep` say why
   */
  readonly state: 'starting' | 'waiting' | 'receiving' | 'stopped' | 'failed';
  readonly reason: string;
  readonly nextStep: string;
  readonly topics: readonly TopicStatus[];
  /** Process id of the robot host, when there is one. */
  readonly hostPid: number | null;
  /** The source has no host: `restarts` counts connections that ended and are made again. */
  readonly hostless?: boolean;
  /** How often the host was started again since `start`. */
  readonly restarts: number;
}

export type SourceEvent =
  | { readonly type: 'channel'; readonly channelId: number; readonly channel: Channel }
  | { readonly type: 'messages'; readonly messages: readonly SourceMessage[] }
  | { readonly type: 'loss'; readonly loss: Loss }
  /** Messages may be missing here, and nobody can say how many. */
  | { readonly type: 'gap'; readonly reason: string; readonly noticedNs: bigint }
  | { readonly type: 'status'; readonly status: SourceStatus };

/**
 * Where a robot's messages come from. A channel event always precedes the first message of its channel; channel ids are
 * never reused within one source, also over restarts of the host. After `stop` resolves no event follows.
 */
export interface RobotSource {
  start(listener: (event: SourceEvent) => void): Promise<void>;
  stop(): Promise<void>;
  status(): SourceStatus;
  /** Has a node say more or less from now on. Absent where the robot's protocol has no such thing. */
  setLoggerLevel?(logger: string, severity: Severity): Promise<Result<void>>;
  /** Running nodes with one of these names, in whatever namespace, and what they have. Absent like the above. */
  readParameters?(names: readonly string[]): Promise<Result<readonly RunningNode[]>>;
  /** The node's answer to each setting, in their order. Absent like the above. */
  setParameters?(node: string, settings: readonly ParameterSetting[]): Promise<Result<readonly SettingAnswer[]>>;
  /** Topics that are there, listened to or not. Absent where that cannot be asked. */
  listTopics?(): Promise<Result<readonly TopicOnRobot[]>>;
}
