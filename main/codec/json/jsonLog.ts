import type { LogRecord } from '../../model/Record.js';
import { severities, type Severity, severityOfRos1Level, severityOfRos2Level } from '../../model/Severity.js';
import { JsonFields } from './JsonFields.js';
import { jsonTimeNs } from './jsonTime.js';

/** rcl_interfaces/msg/Log or rosgraph_msgs/Log with their fields as a JSON object; null for what is none. */
export function readJsonRosLog(
  ros: 'ros1' | 'ros2',
  data: Uint8Array,
  topic: string,
  receivedNs: bigint,
): LogRecord | null {
  const fields = JsonFields.of(data);
  if (fields === null) return null;
  const level = fields.number('level');
  const stamp = ros === 'ros1' ? (fields.inner('header')?.inner('stamp') ?? null) : fields.inner('stamp');
  const record: LogRecord = {
    kind: 'log',
    stampNs: jsonTimeNs(stamp, receivedNs),
    receivedNs,
    severity: ros === 'ros1' ? severityOfRos1Level(level) : severityOfRos2Level(level),
    node: fields.textOr('name', ''),
    message: fields.text('msg'),
    file: fields.textOr('file', ''),
    function: fields.textOr('function', ''),
    line: fields.integerOr(['line'], 0),
    topic,
    nodeTopics: fields.list('topics').filter((name) => typeof name === 'string'),
  };
  return fields.failed ? null : record;
}

/** foxglove.Log's levels: UNKNOWN, DEBUG, INFO, WARNING, ERROR, FATAL. */
const foxgloveLevels: readonly Severity[] = ['DEBUG', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/** foxglove.Log as a JSON object: Foxglove's own schema, for robots without ROS. Null for what is none. */
export function readJsonFoxgloveLog(data: Uint8Array, topic: string, receivedNs: bigint): LogRecord | null {
  const fields = JsonFields.of(data);
  if (fields === null) return null;
  const record: LogRecord = {
    kind: 'log',
    stampNs: jsonTimeNs(fields.inner('timestamp'), receivedNs),
    receivedNs,
    severity: foxgloveSeverity(fields.raw('level')),
    node: fields.textOr('name', ''),
    message: fields.text('message'),
    file: fields.textOr('file', ''),
    function: '',
    line: fields.integerOr(['line'], 0),
    topic,
    nodeTopics: [],
  };
  return fields.failed ? null : record;
}

/** A number, or its name as some writers put it. A level that is not known is INFO, so that no filter hides it. */
function foxgloveSeverity(level: unknown): Severity {
  if (typeof level === 'number') return foxgloveLevels[level] ?? 'INFO';
  return severities.find((name) => name === (level === 'WARNING' ? 'WARN' : level)) ?? 'INFO';
}
