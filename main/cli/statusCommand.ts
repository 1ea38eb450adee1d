import { readOwner } from '../cache/OwnerLock.js';
import { DiskRobotFiles } from '../config/DiskRobotFiles.js';
import { cacheFolder, robotsFolder } from '../config/home.js';
import { evictedWords } from '../model/Loss.js';
import type { EvictedCount, LossCounts } from '../model/Loss.js';
import type { Problem } from '../model/Problem.js';
import type { CommandContext } from './CommandContext.js';
import { worstExit } from './ExitCode.js';
import type { ExitCode } from './ExitCode.js';
import { forTerminal, formatAge, formatCount, formatIso, formatSize } from './formatValues.js';
import { formatTable } from './formatTable.js';
import type { Column } from './formatTable.js';
import { ownerCall } from './ownerCall.js';
import { knownRobots, openReader } from './knownRobots.js';
import { reportProblem } from './reportProblem.js';

/** One robot of `status --json`; the shape is a promise to scripts. */
export interface RobotReport {
  readonly name: string;
  readonly cachedRecords: number;
  readonly cachedBytes: number;
  readonly pendingRecords: number;
  readonly heldRecords: number;
  readonly quarantinedRecords: number;
  readonly expiredRecords: number;
  readonly lost: LossCounts;
  /** What `lost.evicted` is made of, as far as it is known: by kind, and severity (null for metrics). */
  readonly evicted: readonly EvictedCount[];
  /** ISO 8601, or null when nothing is pending. */
  readonly oldestPending: string | null;
  readonly newestPending: string | null;
  /** What opening the cache found damaged and mended, and nobody has dismissed. */
  readonly recoveries: readonly { readonly words: string; /** ISO 8601. */ readonly found: string }[];
  /** What the window or recording that has it open says about sending; null when nothing has it open, or it does not answer. */
  readonly sending: { readonly state: string; readonly words: string } | null;
  /** What it says of the disk: records that wait in its memory, and the problem when the disk does not take them; null like `sending`. */
  readonly disk: DiskReport | null;
}

interface DiskReport {
  readonly waitingInMemory: number;
  /** What memory's limit made go since the disk last took all that waited. */
  readonly lostWaiting: number;
  readonly problem: Problem | null;
}

export interface StatusReport {
  readonly robots: readonly RobotReport[];
  readonly cacheBytes: number;
  readonly cacheBytesMax: number;
}

interface RobotFacts {
  readonly report: RobotReport;
  readonly bytesMax: number;
  /** Who has the cache open, in words; empty when nobody. */
  readonly owner: string;
}

export async function statusCommand(context: CommandContext, { json }: { readonly json: boolean }): Promise<ExitCode> {
  const { home, output } = context;
  const facts: RobotFacts[] = [];
  const exits: ExitCode[] = [];
  for (const robot of await knownRobots(home)) {
    const found = await lookAt(context, robot);
    if (found.ok) facts.push(found.value);
    else exits.push(reportProblem(output, found.problem, robot));
  }
  const report = {
    robots: facts.map((one) => one.report),
    cacheBytes: sum(facts.map((one) => one.report.cachedBytes)),
    cacheBytesMax: sum(facts.map((one) => one.bytesMax)),
  } satisfies StatusReport;
  const lines = json ? [JSON.stringify(report)] : statusLines(facts, report, context);
  for (const line of lines) await output.line(line);
  return worstExit(exits);
}

async function lookAt({ home }: CommandContext, robot: string) {
  const reader = await openReader(home, robot);
  if (!reader.ok) return reader;
  const usage = await reader.value.usage();
  const owner = await readOwner(cacheFolder(home, robot));
  const file = await new DiskRobotFiles(robotsFolder(home)).read(robot);
  const configured = file.ok ? file.value.config?.cache.bytesMax : undefined;
  const facts: RobotFacts = {
    report: {
      name: robot,
      cachedRecords: usage.cachedRecords,
      cachedBytes: usage.bytes,
      pendingRecords: usage.pendingRecords,
      heldRecords: usage.heldRecords,
      quarantinedRecords: usage.quarantinedRecords,
      expiredRecords: usage.expiredRecords,
      lost: usage.lost,
      recoveries: usage.recoveries.map(({ words, foundMs }) => ({ words, found: new Date(foundMs).toISOString() })),
      evicted: usage.evicted,
      oldestPending: usage.oldestPendingNs === null ? null : formatIso(usage.oldestPendingNs),
      newestPending: usage.newestPendingNs === null ? null : formatIso(usage.newestPendingNs),
      ...(await askOwner(owner?.controlSocket ?? null, robot)),
    },
    // What the owner has in force, else what the file asks for.
    bytesMax: owner === null ? (configured ?? usage.bytesMax) : usage.bytesMax || (configured ?? 0),
    owner: owner === null ? '' : `${owner.kind} (process ${owner.pid})`,
  };
  return { ok: true, value: facts } as const;
}

const answerMsMax = 1_000;

async function askOwner(socket: string | null, robot: string): Promise<Pick<RobotReport, 'sending' | 'disk'>> {
  if (socket === null) return { sending: null, disk: null };
  const signal = AbortSignal.timeout(answerMsMax);
  const [sending, disk] = await Promise.all([
    ownerCall(socket, 'upload.status', { robot }, signal),
    ownerCall(socket, 'cache.disk', { robot }, signal),
  ]);
  return {
    sending: sending.ok ? { state: sending.value.state, words: sending.value.words } : null,
    disk: disk.ok ? disk.value : null,
  };
}

const columns: readonly Column[] = [
  { title: 'ROBOT', align: 'left' },
  { title: 'ON DISK', align: 'right' },
  { title: 'SIZE', align: 'right' },
  { title: 'PENDING', align: 'right' },
  { title: 'HELD', align: 'right' },
  { title: 'REFUSED', align: 'right' },
  { title: 'EXPIRED', align: 'right' },
  { title: 'LOST', align: 'right' },
  { title: 'OLDEST PENDING', align: 'right' },
  { title: 'OPEN IN', align: 'left' },
];

function statusLines(facts: readonly RobotFacts[], report: StatusReport, context: CommandContext): readonly string[] {
  if (facts.length === 0) return [`No robot is known here (${context.home}). Start with: tether record ROBOT.yaml`];
  const nowMs = Number(context.clock.nowNs() / 1_000_000n);
  const rows = facts.map(({ report: robot, owner }) => [
    robot.name,
    formatCount(robot.cachedRecords),
    formatSize(robot.cachedBytes),
    formatCount(robot.pendingRecords),
    formatCount(robot.heldRecords),
    formatCount(robot.quarantinedRecords),
    formatCount(robot.expiredRecords),
    formatCount(sum(Object.values(robot.lost))),
    ageWords(robot.oldestPending, nowMs),
    owner === '' ? '-' : owner,
  ]);
  const losses = facts.flatMap(({ report: { name, lost, evicted } }) =>
    Object.entries(lost).map(([stage, count]) => {
      const parts = stage === 'evicted' && evicted.length > 0 ? `: ${evictedWords(evicted, formatCount)}` : '';
      return `lost of ${name}: ${formatCount(count)} (${stage}${parts})`;
    }),
  );
  const disks = facts.flatMap(({ report: { name, disk } }) => diskLines(name, disk));
  const found = facts.flatMap(({ report: { name, recoveries } }) => recoveryLines(name, recoveries));
  const waiting = facts.flatMap(({ report: { name, sending } }) =>
    sending === null || sending.state === 'idle' ? [] : [`${name}: ${sending.words}`],
  );
  const share = report.cacheBytesMax === 0 ? '' : ` of ${formatSize(report.cacheBytesMax)}`;
  return [
    ...formatTable(columns, rows),
    ...waiting,
    ...disks,
    ...losses,
    ...found,
    `cache ${formatSize(report.cacheBytes)}${share}`,
  ];
}

function diskLines(name: string, disk: DiskReport | null): readonly string[] {
  if (disk === null || disk.problem === null) return [];
  const { problem, waitingInMemory } = disk;
  return [`${name}: ${problem.message} ${formatCount(waitingInMemory)} in memory only.`, `  ${problem.nextStep}`];
}

function recoveryLines(name: string, recoveries: RobotReport['recoveries']): readonly string[] {
  if (recoveries.length === 0) return [];
  return [
    ...recoveries.map(({ words, found }) => `found when ${name} was opened, ${found}: ${forTerminal(words)}`),
    `  "tether cache check --robot ${name}" looks through all files; "tether cache dismiss --robot ${name}" ends this line`,
  ];
}

function ageWords(iso: string | null, nowMs: number): string {
  if (iso === null) return '-';
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? iso : formatAge(nowMs - ms);
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
