import type { Channel } from '../../model/Channel.js';

/**
 * The definitions of the ROS 1 types that Tether understands, as gendeps --cat writes them and MCAP's `ros1msg` wants them.
 *
 * Sources: rosgraph_msgs and std_msgs of ROS Noetic; ros_monitoring_msgs of cloudwatch_common for ROS 1.
 */
const dependencyLine = '='.repeat(80);

const headerText = `uint32 seq
time stamp
string frame_id
`;

const metricDimensionText = `string name
string value
`;

const metricDataText = `Header header
string metric_name
string unit
float64 value
time time_stamp
MetricDimension[] dimensions
`;

const logText = `byte DEBUG=1
byte INFO=2
byte WARN=4
byte ERROR=8
byte FATAL=16
Header header
byte level
string name
string msg
string file
string function
uint32 line
string[] topics
`;

function withDependencies(text: string, dependencies: readonly (readonly [name: string, text: string])[]): string {
  return [text, ...dependencies.map(([name, body]) => `${dependencyLine}\nMSG: ${name}\n${body}`)].join('');
}

const metricDataDependencies = [
  ['std_msgs/Header', headerText],
  ['ros_monitoring_msgs/MetricDimension', metricDimensionText],
] as const;

export const ros1LogSchemaName = 'rosgraph_msgs/Log';
export const ros1MetricListSchemaName = 'ros_monitoring_msgs/MetricList';
export const ros1MetricDataSchemaName = 'ros_monitoring_msgs/MetricData';

/** Schema texts by full type name. */
export const ros1SchemaTexts = {
  [ros1LogSchemaName]: withDependencies(logText, [['std_msgs/Header', headerText]]),
  [ros1MetricListSchemaName]: withDependencies('MetricData[] metrics\n', [
    ['ros_monitoring_msgs/MetricData', metricDataText],
    ...metricDataDependencies,
  ]),
  [ros1MetricDataSchemaName]: withDependencies(metricDataText, metricDataDependencies),
} as const;

export type Ros1SchemaName = keyof typeof ros1SchemaTexts;

export function isRos1SchemaName(name: string): name is Ros1SchemaName {
  return Object.hasOwn(ros1SchemaTexts, name);
}

export function ros1Channel(topic: string, schemaName: Ros1SchemaName): Channel {
  return {
    topic,
    messageEncoding: 'ros1',
    schemaName,
    schemaEncoding: 'ros1msg',
    schemaText: ros1SchemaTexts[schemaName],
  };
}
