import type { LogRecord } from '../model/Record.js';

/**
 * The text of a log event, as the original CloudWatch logs nodes wrote it, but with the message's own time at its full
 * nine digits (the ROS 2 node printed six significant ones):
 *
 * `1700000000.120000000 WARN [node name: nav] [topics: /rosout, /odom] low battery\n`
 *
 * The topics part is there when the record knows its node's topics (ROS 1) and `publishTopicNames` is set. Never empty.
 */
export function formatLogEvent(record: LogRecord, publishTopicNames: boolean): string {
  const topics = publishTopicNames && record.nodeTopics.length > 0 ? `[topics: ${record.nodeTopics.join(', ')}] ` : '';
  // Half a surrogate pair has no UTF-8: the request would count, and carry, other bytes than we measured.
  return `${stampText(record.stampNs)} ${record.severity} [node name: ${record.node}] ${topics}${record.message}\n`.toWellFormed();
}

/** Seconds since the epoch with nine digits. */
export function stampText(stampNs: bigint): string {
  if (stampNs < 0n) return `-${stampText(-stampNs)}`;
  const digits = stampNs.toString().padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
