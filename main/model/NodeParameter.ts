import type { Problem } from './Problem.js';

/** The types of a node's parameter that a robot file can hold. */
export const nodeParameterKinds = ['bool', 'int', 'double', 'string', 'string[]'] as const;
export type NodeParameterKind = (typeof nodeParameterKinds)[number];

export type NodeParameterValue = boolean | number | string | readonly string[];

/** A value to be set on a running node, in the type that the node declared. */
export interface ParameterSetting {
  readonly name: string;
  readonly kind: NodeParameterKind;
  readonly value: NodeParameterValue;
}

/** What a running node has. Null: it has declared the parameter and given it no value, or one that no robot file can hold. */
export interface RunningParameter {
  readonly name: string;
  readonly value: NodeParameterValue | null;
}

export interface RunningNode {
  /** Full: `/robot/cloudwatch_logger`. */
  readonly node: string;
  /** Why it could not be asked, or null. */
  readonly problem: Problem | null;
  readonly parameters: readonly RunningParameter[];
}

/** A node's answer to one setting. */
export interface SettingAnswer {
  readonly name: string;
  readonly isSet: boolean;
  /** The node's own words when it refused, maybe empty. */
  readonly reason: string;
}

/** A topic that was discovered, listened to or not. */
export interface TopicOnRobot {
  readonly topic: string;
  /** `rcl_interfaces/msg/Log` */
  readonly types: readonly string[];
}
