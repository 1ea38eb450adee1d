import type { Destination } from '../model/Destination.js';
import { severityRank } from '../model/Severity.js';
import type { CachedState } from '../model/CachedState.js';
import type { PendingSummary, SegmentSummary } from '../seams/Cache.js';
import type { CommandContext } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { readEachRobot } from './forEachRobot.js';
import { formatAge, formatCount, formatIso, formatSize } from './formatValues.js';
import { formatTable } from './formatTable.js';
import type { Column } from './formatTable.js';
import type { Selection } from './CommandLine.js';

interface RobotContent {
  readonly name: string;
  readonly groups: readonly PendingSummary[];
  readonly segments: readonly SegmentSummary[];
}

/** `cache ls --json`: `{ robots: [{ name, groups: [...], segments: [...] }] }`, times in ISO 8601, sizes in bytes. */
export async function cacheLsCommand(
  context: CommandContext,
  { selection, json }: { readonly selection: Selection; readonly json: boolean },
): Promise<ExitCode> {
  return await readEachRobot<RobotContent>(context, {
    robots: selection.robots,
    json,
    read: async (name, reader) => ({
      name,
      groups: (await reader.pending(selection.filter)).toSorted(byRank),
      segments: await reader.segments(),
    }),
    linesOf: (contents) => contentLines(contents, context),
    reportOf: contentReport,
  });
}

/** Logs before metrics, the gravest first, then by what is to happen with them. */
function byRank(a: PendingSummary, b: PendingSummary): number {
  const rank = ({ severity }: PendingSummary): number => (severity === null ? -1 : severityRank(severity));
  return a.kind.localeCompare(b.kind) || rank(b) - rank(a) || stateOrder.indexOf(a.state) - stateOrder.indexOf(b.state);
}

const stateOrder: readonly CachedState[] = ['sending', 'pending', 'held', 'quarantined', 'expired'];

function contentReport({ name, groups, segments }: RobotContent) {
  return {
    name,
    groups: groups.map(({ destination, kind, severity, state, records, bytes, oldestNs, newestNs }) => ({
      kind,
      severity,
      state,
      records,
      bytes,
      oldest: formatIso(oldestNs),
      newest: formatIso(newestNs),
      destination,
    })),
    segments: segments.map(({ segment, file, bytes, records, remaining, open, oldestNs, newestNs }) => ({
      segment,
      file,
      bytes,
      records,
      remaining,
      open,
      oldest: oldestNs === null ? null : formatIso(oldestNs),
      newest: newestNs === null ? null : formatIso(newestNs),
    })),
  };
}

const columns: readonly Column[] = [
  { title: 'ROBOT', align: 'left' },
  { title: 'KIND', align: 'left' },
  { title: 'SEVERITY', align: 'left' },
  { title: 'STATE', align: 'left' },
  { title: 'RECORDS', align: 'right' },
  { title: 'SIZE', align: 'right' },
  { title: 'OLDEST', align: 'right' },
  { title: 'NEWEST', align: 'right' },
  { title: 'GOES TO', align: 'left' },
];

function contentLines(contents: readonly RobotContent[], { clock }: CommandContext): readonly string[] {
  const nowNs = clock.nowNs();
  const age = (ns: bigint): string => formatAge(Number((nowNs - ns) / 1_000_000n));
  const rows = contents.flatMap(({ name, groups }) =>
    groups.map(({ kind, severity, state, records, bytes, oldestNs, newestNs, destination }) => [
      name,
      kind,
      severity ?? '-',
      state,
      formatCount(records),
      formatSize(bytes),
      age(oldestNs),
      age(newestNs),
      destinationWords(destination),
    ]),
  );
  const totals = contents.map(({ name, segments }) => {
    const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
    return `${name}: ${formatCount(segments.length)} ${segments.length === 1 ? 'segment' : 'segments'}, ${formatSize(bytes)}`;
  });
  return rows.length === 0 ? ['nothing on disk matches', ...totals] : [...formatTable(columns, rows), ...totals];
}

function destinationWords(destination: Destination): string {
  const place = destination.kind === 'log' ? `${destination.group} / ${destination.stream}` : destination.namespace;
  const { cloud, profile, region } = destination.account;
  const account = cloud === 'local' ? 'local, not AWS' : [profile, region].filter((word) => word !== '').join(', ');
  return account === '' ? place : `${place} (${account})`;
}
