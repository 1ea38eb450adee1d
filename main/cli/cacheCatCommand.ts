import type { Severity } from '../model/Severity.js';
import type { CachedRecord } from '../seams/Cache.js';
import type { CommandContext } from './CommandContext.js';
import { worstExit } from './ExitCode.js';
import type { ExitCode } from './ExitCode.js';
import { forTerminal, formatLocalTime } from './formatValues.js';
import { chooseRobots, openReader } from './knownRobots.js';
import type { Selection } from './CommandLine.js';
import { recordReport } from '../export/recordReport.js';
import { reportProblem } from './reportProblem.js';

interface Asked {
  readonly selection: Selection;
  readonly order: 'oldest' | 'newest';
  /** Of each robot; null: all. */
  readonly limit: number | null;
  readonly json: boolean;
}

/**
 * Prints the records of one robot after the other, in order of arrival or the reverse; ends quietly when nobody reads any
 * more.
 */
export async function cacheCatCommand(
  context: CommandContext,
  { selection, order, limit, json }: Asked,
): Promise<ExitCode> {
  const { home, output, interrupt } = context;
  const robots = await chooseRobots(home, selection.robots);
  if (!robots.ok) return reportProblem(output, robots.problem);
  const exits: ExitCode[] = [];
  for (const robot of robots.value) {
    const reader = await openReader(home, robot);
    if (!reader.ok) {
      exits.push(reportProblem(output, reader.problem, robot));
      continue;
    }
    const shownRobot = robots.value.length > 1 ? robot : '';
    let left = limit ?? Infinity;
    for await (const cached of reader.value.read(selection.filter, order)) {
      const line = json ? JSON.stringify(recordReport(robot, cached)) : recordLine(cached, shownRobot, output.colour);
      if (!(await output.line(line)) || interrupt.signal.aborted) return worstExit(exits);
      left -= 1;
      if (left === 0) break;
    }
  }
  return worstExit(exits);
}

const severityColours: Readonly<Record<Severity, string>> = {
  DEBUG: '\u001b[90m',
  INFO: '\u001b[34m',
  WARN: '\u001b[33m',
  ERROR: '\u001b[31m',
  FATAL: '\u001b[1;35m',
};
const plain = '\u001b[0m';

function recordLine({ record, state, reason }: CachedRecord, robot: string, colour: boolean): string {
  const start = [formatLocalTime(record.stampNs), ...(robot === '' ? [] : [robot])].join('  ');
  const mark =
    state === 'pending' || state === 'sending' ? '' : `  [${state}${reason === '' ? '' : `: ${forTerminal(reason)}`}]`;
  if (record.kind === 'log') {
    const severity = record.severity.padEnd(5);
    const shown = colour ? `${severityColours[record.severity]}${severity}${plain}` : severity;
    return `${start}  ${shown}  ${forTerminal(record.node)}: ${forTerminal(record.message)}${mark}`;
  }
  const dimensions = record.dimensions.map(({ name, value }) => `${name}=${value}`).join(', ');
  const value = `${record.value} ${record.unit}`.trim();
  return `${start}  metric ${forTerminal(record.name)} = ${forTerminal(value)}${dimensions === '' ? '' : `  {${forTerminal(dimensions)}}`}${mark}`;
}
