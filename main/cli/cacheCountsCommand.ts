import { type RecordClass, severities } from '../model/Severity.js';
import { unreachable } from '../model/unreachable.js';
import type { RecordCounts } from '../seams/Cache.js';
import type { CommandContext } from './CommandContext.js';
import type { CountedBy, Selection } from './CommandLine.js';
import type { ExitCode } from './ExitCode.js';
import { readEachRobot } from './forEachRobot.js';
import { forTerminal, formatCount, formatIso, formatLocalTime } from './formatValues.js';
import { formatTable } from './formatTable.js';
import type { Column } from './formatTable.js';

interface Asked {
  readonly selection: Selection;
  readonly by: CountedBy;
  readonly json: boolean;
}

interface RobotCounts {
  readonly name: string;
  readonly counts: RecordCounts;
}

/**
 * `cache ls --by`: how many records of each node (or metric), of each severity, or of each hour of the robot's time.
 *
 * `--json`: `{ robots: [{ name, records, nodes: [{ node, records }] }] }`, or `severities: [{ severity, records }]` (`metric` for
 * metrics), or `hours: [{ hour, records }]` with the hour's beginning in ISO 8601.
 */
export async function cacheCountsCommand(context: CommandContext, { selection, by, json }: Asked): Promise<ExitCode> {
  return await readEachRobot<RobotCounts>(context, {
    robots: selection.robots,
    json,
    read: async (name, reader) => ({ name, counts: await reader.counts(selection.filter) }),
    linesOf: (all) => countLines(all, by),
    reportOf: (one) => countsReport(one, by),
  });
}

function countsReport({ name, counts }: RobotCounts, by: CountedBy) {
  const { records } = counts;
  switch (by) {
    case 'node':
      return { name, records, nodes: nodesOf(counts).map(([node, count]) => ({ node, records: count })) };
    case 'severity':
      return {
        ...{ name, records },
        severities: severitiesOf(counts).map(([severity, count]) => ({ severity, records: count })),
      };
    case 'hour': {
      const hours = hoursOf(counts).map(([hourNs, count]) => ({ hour: formatIso(hourNs), records: count }));
      return { name, records, hours };
    }
    default:
      return unreachable(by);
  }
}

const hourNs = 3_600_000_000_000n;

/** Those with the most first. */
function nodesOf({ byLabel }: RecordCounts): readonly (readonly [node: string, records: number])[] {
  return [...byLabel].sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1));
}

/** The worst first, metrics last. */
function severitiesOf({ bySeverity }: RecordCounts): readonly (readonly [name: RecordClass, records: number])[] {
  return worstFirst.flatMap((name) => {
    const records = bySeverity.get(name);
    return records === undefined ? [] : [[name, records] as const];
  });
}

const worstFirst: readonly RecordClass[] = [...severities.toReversed(), 'metric'];

/** In the order of time. */
function hoursOf({ byHour }: RecordCounts): readonly (readonly [beginsNs: bigint, records: number])[] {
  return [...byHour].sort(([a], [b]) => a - b).map(([hour, records]) => [BigInt(hour) * hourNs, records]);
}

function countLines(all: readonly RobotCounts[], by: CountedBy): readonly string[] {
  const rows = all.flatMap(({ name, counts }) =>
    countedOf(counts, by).map(([what, records]) => [name, what, formatCount(records)]),
  );
  return rows.length === 0 ? ['nothing on disk matches'] : formatTable(columns[by], rows);
}

function countedOf(counts: RecordCounts, by: CountedBy): readonly (readonly [what: string, records: number])[] {
  switch (by) {
    case 'node':
      return nodesOf(counts).map(([node, records]) => [forTerminal(node), records]);
    case 'severity':
      return severitiesOf(counts);
    case 'hour':
      return hoursOf(counts).map(([beginsNs, records]) => [formatLocalTime(beginsNs), records]);
    default:
      return unreachable(by);
  }
}

const columns: Readonly<Record<CountedBy, readonly Column[]>> = {
  node: [
    { title: 'ROBOT', align: 'left' },
    { title: 'NODE OR METRIC', align: 'left' },
    { title: 'RECORDS', align: 'right' },
  ],
  severity: [
    { title: 'ROBOT', align: 'left' },
    { title: 'SEVERITY', align: 'left' },
    { title: 'RECORDS', align: 'right' },
  ],
  hour: [
    { title: 'ROBOT', align: 'left' },
    { title: 'HOUR FROM', align: 'left' },
    { title: 'RECORDS', align: 'right' },
  ],
};
