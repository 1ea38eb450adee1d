import type { LogRecord } from './Record.js';

/**
 * A person's note about a line, or a bookmark. It is a log record like any other, so that it travels with the data: on disk, in
 * exports, to CloudWatch. It has the stamp of the line that it is about, and stands beside it wherever lines are in the order of
 * time; its second line says which line that is.
 */
export const noteNode = 'tether.notes';
export const noteTopic = '/tether/notes';
/** The note's text when somebody only marks a line. */
export const bookmarkText = 'Bookmark';
export const noteLengthMax = 2000;

/** What a note says of the line that it is about. */
export type NotedLine = Pick<LogRecord, 'severity' | 'node' | 'message'>;

export function noteMessage(text: string, about: NotedLine): string {
  return `${text.trim()}\n${aboutWords(about)}`;
}

/** The note's own text and the words about its line; null for a message that is no note. */
export function readNote(message: string): { readonly text: string; readonly about: string } | null {
  const place = message.lastIndexOf(`\n${aboutPrefix}`);
  return place === -1 ? null : { text: message.slice(0, place), about: message.slice(place + 1) };
}

/** On one line, so that it is the last one of a note. */
export function aboutWords({ severity, node, message }: NotedLine): string {
  const line = message.replaceAll(/\s+/gu, ' ').trim();
  const shown = line.length > quotedLengthMax ? `${line.slice(0, quotedLengthMax)}…` : line;
  return `${aboutPrefix}${severity} ${node}: ${shown}`;
}

const aboutPrefix = 'About ';
const quotedLengthMax = 300;
