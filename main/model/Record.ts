import type { Severity } from './Severity.js';

/**
 * A record is the unit that Tether counts, keeps, sends and acknowledges: one log message, or one metric value.
 * Times are nanoseconds since the Unix epoch. `stampNs` is the robot's own time, `receivedNs` the laptop's.
 */
export interface LogRecord {
  readonly kind: 'log';
  readonly stampNs: bigint;
  readonly receivedNs: bigint;
  readonly severity: Severity;
  /** Logger name, as the robot wrote it (ROS 2: `nav.planner`, without a leading slash). */
  readonly node: string;
  readonly message: string;
  readonly file: string;
  readonly function: string;
  readonly line: number;
  readonly topic: string;
  /** Topics that the node advertises: ROS 1 only, empty elsewhere. */
  readonly nodeTopics: readonly string[];
}

export interface MetricDimension {
  readonly name: string;
  readonly value: string;
}

export interface MetricRecord {
  readonly kind: 'metric';
  readonly stampNs: bigint;
  readonly receivedNs: bigint;
  readonly name: string;
  /** The unit as the message has it (`percent`, `megabytes`, ...), not CloudWatch's. */
  readonly unit: string;
  readonly value: number;
  readonly dimensions: readonly MetricDimension[];
  readonly topic: string;
}

export type TetherRecord = LogRecord | MetricRecord;

export type RecordKind = TetherRecord['kind'];
