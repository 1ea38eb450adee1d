import type { LogRecord } from '../model/Record.js';
import { stampText } from './formatLogEvent.js';

/**
 * The text of a log event as one line of JSON, whose fields Logs Insights finds by themselves
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html):
 *
 * `{"level":"WARN","node":"nav","message":"low battery","robot":"rover-1","stamp":"1700000000.120000000","received":"…",
 * "topic":"/rosout","file":"nav.cpp","function":"tick","line":42}`
 *
 * Stamps are seconds since the epoch as text: a JSON number has no nine digits behind a second of today. What is not known
 * (file, function, line, topic) is left out. `topics` are those of the node, as in formatLogEvent. A message that is too long
 * for one event comes in several, with `part` and `parts`.
 */
export function jsonLogEvent(
  record: LogRecord,
  { robot, publishTopicNames }: { readonly robot: string; readonly publishTopicNames: boolean },
  piece: { readonly part: number; readonly parts: number } | null = null,
): string {
  const { severity, node, message, file, line, topic, nodeTopics } = record;
  return JSON.stringify({
    level: severity,
    node: node.toWellFormed(),
    message: message.toWellFormed(),
    ...piece,
    ...(robot === '' ? {} : { robot }),
    stamp: stampText(record.stampNs),
    received: stampText(record.receivedNs),
    ...(topic === '' ? {} : { topic: topic.toWellFormed() }),
    ...(file === '' ? {} : { file: file.toWellFormed() }),
    ...(record.function === '' ? {} : { function: record.function.toWellFormed() }),
    ...(line === 0 ? {} : { line }),
    ...(publishTopicNames && nodeTopics.length > 0 ? { topics: nodeTopics.map((name) => name.toWellFormed()) } : {}),
  });
}
