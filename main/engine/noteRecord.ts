import { encodeLog } from '../codec/logMessage.js';
import { ros2LogChannel } from '../codec/schemas.js';
import type { Destination } from '../model/Destination.js';
import { noteMessage, noteNode, noteTopic, type NotedLine } from '../model/note.js';
import type { LogRecord } from '../model/Record.js';
import type { RecordToCache } from '../seams/Cache.js';

const noteChannel = ros2LogChannel(noteTopic);

export interface NewNote {
  readonly about: NotedLine & Pick<LogRecord, 'stampNs' | 'file' | 'function' | 'line'>;
  readonly text: string;
}

/** A note as the record that is shown, and as the one that is kept. */
export function noteRecord(
  { about, text }: NewNote,
  destination: Destination,
  receivedNs: bigint,
): { readonly record: LogRecord; readonly toCache: RecordToCache } {
  const { stampNs, file, line } = about;
  const record: LogRecord = {
    ...{ kind: 'log', stampNs, receivedNs, severity: 'INFO', node: noteNode, message: noteMessage(text, about) },
    ...{ file, function: about.function, line, topic: noteTopic, nodeTopics: [] },
  };
  const toCache: RecordToCache = {
    ...{ channel: noteChannel, destination, receivedNs, stampNs, data: encodeLog(record) },
    ...{ kind: 'log', severity: record.severity, label: noteNode, origin: '' },
  };
  return { record, toCache };
}
