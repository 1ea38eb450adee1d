/** How a topic whose messages are no MetricLists becomes metrics; from the robot file's `numeric_topics`. */
export interface NumericRule {
  /** As written; from the root on once it is placed in the robot's namespace. */
  readonly topic: string;
  readonly schemaName: NumericTypeName;
  /** Field whose number is taken, with dots into nested ones; empty for DiagnosticArray, which has names of its own. */
  readonly field: string;
  /** Name of the metric. */
  readonly name: string;
  /** As ros_monitoring_msgs has them: `percent`, `none`, ... */
  readonly unit: string;
  /** The number is multiplied by this. */
  readonly scale: number;
}

export const diagnosticArrayName = 'diagnostic_msgs/msg/DiagnosticArray';

/** Types whose numbers can be metrics. */
export const numericTypeNames = [
  'std_msgs/msg/Bool',
  'std_msgs/msg/Byte',
  'std_msgs/msg/Int8',
  'std_msgs/msg/Int16',
  'std_msgs/msg/Int32',
  'std_msgs/msg/Int64',
  'std_msgs/msg/UInt8',
  'std_msgs/msg/UInt16',
  'std_msgs/msg/UInt32',
  'std_msgs/msg/UInt64',
  'std_msgs/msg/Float32',
  'std_msgs/msg/Float64',
  'sensor_msgs/msg/BatteryState',
  'sensor_msgs/msg/Temperature',
  'sensor_msgs/msg/RelativeHumidity',
  'sensor_msgs/msg/FluidPressure',
  'sensor_msgs/msg/Illuminance',
  'sensor_msgs/msg/Range',
  diagnosticArrayName,
] as const;
export type NumericTypeName = (typeof numericTypeNames)[number];
