import type { LogRow, Row } from '../../main/contract/frames.js';
import type { GapStage } from '../../main/model/Loss.js';
import { formatCount, formatQuantity } from '../format/formatCount.js';
import { formatIso, type Zone } from '../format/formatTime.js';

/** `2026-11-21T10:41:19.482+01:00 ERROR drive.left_motor: Encoder and command differ`: what is pasted elsewhere keeps day and zone. */
export function rowAsText(row: Row, zone: Zone): string {
  if (row.type === 'gap')
    return `${formatIso(row.receivedMs, zone)} --- ${gapWords(row.count, row.stage)}: ${row.reason}`;
  return `${formatIso(row.stampMs, zone)} ${row.severity.padEnd(5)} ${row.node}: ${row.message}`;
}

/** What a gap stands for; 0 messages: nobody can say how many. */
export function gapWords(count: number, stage: GapStage): string {
  if (stage === 'page') return `${formatQuantity(count, 'line')} not shown here`;
  return count === 0 ? 'Messages may be missing here' : `${formatQuantity(count, 'message')} lost here`;
}

export const replayedHint = 'from before Tether came, kept by its publisher';

/** Of losses that follow one another and are shown as one. */
export function placesWords(places: number): string {
  return places > 1 ? `, in ${formatCount(places)} places` : '';
}

/** One JSON object; times are ISO 8601 in UTC. */
export function rowAsJson(row: LogRow, robot: string): string {
  return JSON.stringify(rowFields(row, robot), null, 2);
}

function rowFields(row: Row, robot: string): object {
  const received = new Date(row.receivedMs).toISOString();
  if (row.type === 'gap') {
    const counted = row.stage === 'page' ? { notShown: row.count } : { lost: row.count };
    return { robot, received, ...counted, reason: row.reason };
  }
  const { severity, node, message, file, line, topic } = row;
  const time = new Date(row.stampMs).toISOString();
  return { robot, time, received, severity, node, message, file, function: row.function, line, topic };
}

/** For an issue or a chat. The fence is longer than any in the message. */
export function rowAsMarkdown(row: LogRow, robot: string, zone: Zone): string {
  const source = row.file === '' ? '' : ` (\`${row.file}:${row.line}\`)`;
  const head = `**${row.severity}** \`${row.node}\` on ${robot}, ${formatIso(row.stampMs, zone)}${source}`;
  return `${head}\n\n${fenced(row.message)}`;
}

function fenced(text: string): string {
  const fences = [...text.matchAll(/`+/gu)].map((match) => match[0].length);
  const fence = '`'.repeat(Math.max(3, ...fences.map((length) => length + 1)));
  return `${fence}\n${text}\n${fence}\n`;
}

export const copyFormats = ['text', 'JSON', 'Markdown'] as const;
export type CopyFormat = (typeof copyFormats)[number];

/** Rows in one text, at most so many characters; `rows` says how many are in it. */
export interface RowsText {
  readonly text: string;
  readonly rows: number;
  readonly cut: boolean;
}

/**
 * JSON is one object a line (JSON Lines), so that other tools read it as it is; a single row is one that people can read. Text and
 * Markdown have their times in the zone of the list, JSON in UTC.
 */
export function rowsAs(
  format: CopyFormat,
  rows: Iterable<Row>,
  about: { readonly robot: string; readonly zone: Zone },
  charsMax: number,
): RowsText {
  const { robot, zone } = about;
  const lines: string[] = [];
  let chars = 0;
  let cut = false;
  let only: Row | null = null;
  for (const row of rows) {
    const line = format === 'JSON' ? JSON.stringify(rowFields(row, robot)) : rowAsText(row, zone);
    if (chars + line.length + 1 > charsMax) {
      cut = true;
      break;
    }
    only = lines.length === 0 ? row : null;
    chars += line.length + 1;
    lines.push(line);
  }
  return { text: joined(format, lines, only, about), rows: lines.length, cut };
}

function joined(
  format: CopyFormat,
  lines: readonly string[],
  only: Row | null,
  { robot, zone }: { readonly robot: string; readonly zone: Zone },
): string {
  if (only?.type === 'log' && format === 'JSON') return rowAsJson(only, robot);
  if (only?.type === 'log' && format === 'Markdown') return rowAsMarkdown(only, robot, zone);
  const text = lines.join('\n');
  return format === 'Markdown' ? `**${robot}**\n\n${fenced(text)}` : `${text}\n`;
}
