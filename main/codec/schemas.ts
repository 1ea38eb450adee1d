import type { Channel } from '../model/Channel.js';

/**
 * The message definitions that Tether understands, as MCAP's `ros2msg` schemas want them: the type's own definition first,
 * then each dependency after a line of 80 `=` and a `MSG:` line.
 *
 * Sources: rcl_interfaces, builtin_interfaces and std_msgs of ROS 2, ros_monitoring_msgs of the CloudWatch nodes. Constants
 * are left out where they carry nothing for a reader.
 */
const dependencyLine = '='.repeat(80);

const timeText = `int32 sec
uint32 nanosec
`;

const headerText = `builtin_interfaces/Time stamp
string frame_id
`;

const metricDimensionText = `string name
string value
`;

const metricDataText = `std_msgs/Header header
string metric_name
string unit
float64 value
builtin_interfaces/Time time_stamp
ros_monitoring_msgs/MetricDimension[] dimensions
`;

const metricListText = `ros_monitoring_msgs/MetricData[] metrics
`;

const logText = `byte DEBUG=10
byte INFO=20
byte WARN=30
byte ERROR=40
byte FATAL=50
builtin_interfaces/Time stamp
uint8 level
string name
string msg
string file
string function
uint32 line
`;

function withDependencies(text: string, dependencies: readonly (readonly [name: string, text: string])[]): string {
  return [text, ...dependencies.map(([name, body]) => `${dependencyLine}\nMSG: ${name}\n${body}`)].join('');
}

const metricDataDependencies = [
  ['std_msgs/Header', headerText],
  ['builtin_interfaces/Time', timeText],
  ['ros_monitoring_msgs/MetricDimension', metricDimensionText],
] as const;

export const ros2LogSchemaName = 'rcl_interfaces/msg/Log';
export const ros2MetricListSchemaName = 'ros_monitoring_msgs/msg/MetricList';
export const ros2MetricDataSchemaName = 'ros_monitoring_msgs/msg/MetricData';

/** Schema texts by full type name. */
export const ros2SchemaTexts = {
  [ros2LogSchemaName]: withDependencies(logText, [['builtin_interfaces/Time', timeText]]),
  [ros2MetricListSchemaName]: withDependencies(metricListText, [
    ['ros_monitoring_msgs/MetricData', metricDataText],
    ...metricDataDependencies,
  ]),
  [ros2MetricDataSchemaName]: withDependencies(metricDataText, metricDataDependencies),
} as const;

export type Ros2SchemaName = keyof typeof ros2SchemaTexts;

export function isRos2SchemaName(name: string): name is Ros2SchemaName {
  return Object.hasOwn(ros2SchemaTexts, name);
}

export function ros2Channel(topic: string, schemaName: Ros2SchemaName): Channel {
  return {
    topic,
    messageEncoding: 'cdr',
    schemaName,
    schemaEncoding: 'ros2msg',
    schemaText: ros2SchemaTexts[schemaName],
  };
}

/** A topic of rcl_interfaces/msg/Log: /rosout, or another one like it. */
export function ros2LogChannel(topic: string): Channel {
  return ros2Channel(topic, ros2LogSchemaName);
}

/** A topic of ros_monitoring_msgs/msg/MetricList: /metrics, or another one like it. */
export function ros2MetricListChannel(topic: string): Channel {
  return ros2Channel(topic, ros2MetricListSchemaName);
}
