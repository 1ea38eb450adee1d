import type { LogRecord } from '../../model/Record.js';
import { type Severity, severityOfRos1Level } from '../../model/Severity.js';
import type { LogToEncode } from '../logMessage.js';
import { rosTimeOfNs, stampOrReceiptNs } from '../rosTime.js';
import { Ros1Reader } from './Ros1Reader.js';
import { Ros1Writer } from './Ros1Writer.js';

/** Most topics that one node's message may name; more is taken for garbage. */
export const nodeTopicsMax = 10_000;

/** rosgraph_msgs/Log, or null for bytes that are none. */
export function readRos1Log(data: Uint8Array, topic: string, receivedNs: bigint): LogRecord | null {
  const reader = new Ros1Reader(data);
  reader.uint32(); // The sequence number: see ros1SequenceOf.
  const stamp = reader.time();
  reader.text(); // The frame.
  const level = reader.uint8();
  const [node, message, file, functionName] = [reader.text(), reader.text(), reader.text(), reader.text()];
  const line = reader.uint32();
  const nodeTopics: string[] = [];
  const count = reader.count(nodeTopicsMax, 4);
  for (let index = 0; index < count && !reader.failed; index += 1) nodeTopics.push(reader.text());
  if (reader.failed) return null;
  return {
    kind: 'log',
    stampNs: stampOrReceiptNs(stamp.sec, stamp.nanosec, receivedNs),
    receivedNs,
    severity: severityOfRos1Level(level),
    node,
    message,
    file,
    function: functionName,
    line,
    topic,
    nodeTopics,
  };
}

/**
 * `header.seq`, which a message with a header begins with: both roscpp and rospy count it up by one with each message that a
 * publisher sends on a topic. Null when the message is too short to have one.
 */
export function ros1SequenceOf(data: Uint8Array): number | null {
  const reader = new Ros1Reader(data);
  const sequence = reader.uint32();
  return reader.failed ? null : sequence;
}

const levels: Readonly<Record<Severity, number>> = { DEBUG: 1, INFO: 2, WARN: 4, ERROR: 8, FATAL: 16 };

/** The ROS 1 bytes of a log message, for tests and tools. */
export function encodeRos1Log(log: LogToEncode & Partial<Pick<LogRecord, 'nodeTopics'>>, sequence = 0): Uint8Array {
  const topics = log.nodeTopics ?? [];
  const writer = new Ros1Writer().uint32(sequence).time(rosTimeOfNs(log.stampNs)).text('').uint8(levels[log.severity]);
  writer.text(log.node).text(log.message);
  writer.text(log.file ?? '').text(log.function ?? '');
  writer.uint32(log.line ?? 0).uint32(topics.length);
  for (const topic of topics) writer.text(topic);
  return writer.finish();
}
