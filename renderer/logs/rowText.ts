import type { LogRow, Row } from '../../main/contract/frames.js';
import { formatQuantity } from '../format/formatCount.js';
import { formatTimeMs } from '../format/formatTime.js';

/** `10:41:19.482 ERROR drive.left_motor: Encoder and command differ` */
export function rowAsText(row: Row): string {
  if (row.type === 'gap') return `${formatTimeMs(row.receivedMs)} --- ${gapWords(row.count)}: ${row.reason}`;
  return `${formatTimeMs(row.stampMs)} ${row.severity.padEnd(5)} ${row.node}: ${row.message}`;
}

/** What a gap stands for; 0 messages: nobody can say how many. */
export function gapWords(count: number): string {
  return count === 0 ? 'Messages may be missing here' : `${formatQuantity(count, 'message')} lost here`;
}

/** One JSON object; times are ISO 8601 in UTC. */
export function rowAsJson(row: LogRow, robot: string): string {
  const { severity, node, message, file, line, topic } = row;
  return JSON.stringify(
    {
      robot,
      time: new Date(row.stampMs).toISOString(),
      received: new Date(row.receivedMs).toISOString(),
      severity,
      node,
      message,
      file,
      function: row.function,
      line,
      topic,
    },
    null,
    2,
  );
}

/** For an issue or a chat. The fence is longer than any in the message. */
export function rowAsMarkdown(row: LogRow, robot: string): string {
  const fences = [...row.message.matchAll(/`+/gu)].map((match) => match[0].length);
  const fence = '`'.repeat(Math.max(3, ...fences.map((length) => length + 1)));
  const source = row.file === '' ? '' : ` (\`${row.file}:${row.line}\`)`;
  const head = `**${row.severity}** \`${row.node}\` on ${robot}, ${new Date(row.stampMs).toISOString()}${source}`;
  return `${head}\n\n${fence}\n${row.message}\n${fence}\n`;
}
