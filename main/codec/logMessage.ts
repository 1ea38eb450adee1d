import type { LogRecord } from '../model/Record.js';
import { type Severity, severityOfRos2Level } from '../model/Severity.js';
import { CdrReader } from './CdrReader.js';
import { CdrWriter } from './CdrWriter.js';
import { rosTimeOfNs, stampOrReceiptNs } from './rosTime.js';

/** rcl_interfaces/msg/Log in CDR, hand-written because it is the hot path. Gives null for bytes that are no such message. */
export function readLog(data: Uint8Array, topic: string, receivedNs: bigint): LogRecord | null {
  const reader = new CdrReader(data);
  const stampNs = stampOrReceiptNs(reader.int32(), reader.uint32(), receivedNs);
  const level = reader.uint8();
  const node = reader.text();
  const message = reader.text();
  const file = reader.text();
  const functionName = reader.text();
  const line = reader.uint32();
  if (reader.failed) return null;
  return {
    kind: 'log',
    stampNs,
    receivedNs,
    severity: severityOfRos2Level(level),
    node,
    message,
    file,
    function: functionName,
    line,
    topic,
    nodeTopics: noTopics,
  };
}

const noTopics: readonly string[] = [];

const levels: Readonly<Record<Severity, number>> = { DEBUG: 10, INFO: 20, WARN: 30, ERROR: 40, FATAL: 50 };

/** What `encodeLog` needs of a record. */
export type LogToEncode = Pick<LogRecord, 'stampNs' | 'severity' | 'node' | 'message'> &
  Partial<Pick<LogRecord, 'file' | 'function' | 'line'>>;

/** The CDR bytes of a log message, for tests and tools. */
export function encodeLog(log: LogToEncode): Uint8Array {
  const stamp = rosTimeOfNs(log.stampNs);
  return new CdrWriter()
    .int32(stamp.sec)
    .uint32(stamp.nanosec)
    .uint8(levels[log.severity])
    .text(log.node)
    .text(log.message)
    .text(log.file ?? '')
    .text(log.function ?? '')
    .uint32(log.line ?? 0)
    .finish();
}
