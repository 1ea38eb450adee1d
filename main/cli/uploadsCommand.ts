import { readOwner } from '../cache/OwnerLock.js';
import { cacheFolder, uploadsFile } from '../config/home.js';
import type { CallOutput } from '../contract/calls.js';
import { UploadLedger } from '../engine/UploadLedger.js';
import { type Result, succeed } from '../model/Problem.js';
import type { CommandContext } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { formatCount, formatLocalTime, formatSize } from './formatValues.js';
import { formatTable } from './formatTable.js';
import type { Column } from './formatTable.js';
import { chooseRobots } from './knownRobots.js';
import { noteLog } from './noteLog.js';
import { ownerCall } from './ownerCall.js';
import { reportProblem } from './reportProblem.js';

interface Sent {
  /** Newest first, as the requests. */
  readonly stretches: CallOutput<'upload.ledger'>;
  readonly requests: CallOutput<'upload.requests'>;
}

/**
 * What was sent of a robot: asked of the window or recording that has it open, whose memory is ahead of the file, else read.
 *
 * `--json`: `{ name, stretches: [...], requests: [{ requestId, at, kind, goesTo, account, events, refused }] }`, newest first,
 * times in ISO 8601.
 */
export async function uploadsCommand(
  context: CommandContext,
  { robot, json }: { readonly robot: string; readonly json: boolean },
): Promise<ExitCode> {
  const { home, output } = context;
  const known = await chooseRobots(home, [robot]);
  if (!known.ok) return reportProblem(output, known.problem);
  const sent = await sentOf(context, robot);
  if (!sent.ok) return reportProblem(output, sent.problem, robot);
  const lines = json ? [JSON.stringify(report(robot, sent.value))] : sentLines(robot, sent.value);
  for (const line of lines) await output.line(line);
  return 0;
}

async function sentOf(context: CommandContext, robot: string): Promise<Result<Sent>> {
  const { home, interrupt, clock, output } = context;
  const socket = (await readOwner(cacheFolder(home, robot)))?.controlSocket ?? null;
  if (socket !== null) {
    const stretches = await ownerCall(socket, 'upload.ledger', { robot }, interrupt.signal);
    const requests = stretches.ok ? await ownerCall(socket, 'upload.requests', { robot }, interrupt.signal) : stretches;
    if (stretches.ok && requests.ok) return succeed({ stretches: stretches.value, requests: requests.value });
    const problem = requests.ok ? stretches : requests;
    // One that went away meanwhile has written its files.
    if (!problem.ok && problem.problem.code !== 'owner-gone') return problem;
  }
  const log = noteLog(output);
  const ledger = await UploadLedger.open({ file: uploadsFile(home, robot), clock, log });
  return succeed({ stretches: [...ledger.list()], requests: [...ledger.requests()] });
}

function report(name: string, { stretches, requests }: Sent) {
  return {
    name,
    stretches: stretches.map(({ fromMs, toMs, eventsFromMs, eventsToMs, ...stretch }) => ({
      ...{ from: isoOf(fromMs), to: isoOf(toMs), ...stretch },
      ...{ eventsFrom: isoOf(eventsFromMs), eventsTo: isoOf(eventsToMs) },
    })),
    requests: requests.map(({ atMs, ...request }) => ({ ...request, at: isoOf(atMs) })),
  };
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

const stretchColumns: readonly Column[] = [
  { title: 'FROM', align: 'left' },
  { title: 'TO', align: 'left' },
  { title: 'EVENTS', align: 'right' },
  { title: 'SIZE', align: 'right' },
  { title: 'REQUESTS', align: 'right' },
  { title: 'REFUSED', align: 'right' },
  { title: 'WHERE', align: 'left' },
];

const requestColumns: readonly Column[] = [
  { title: 'REQUEST ID', align: 'left' },
  { title: 'ANSWERED', align: 'left' },
  { title: 'EVENTS', align: 'right' },
  { title: 'WHERE', align: 'left' },
];

function sentLines(robot: string, { stretches, requests }: Sent): readonly string[] {
  if (stretches.length === 0) return [`${robot}: nothing was sent from here`];
  const sent = stretches.map(({ fromMs, toMs, kind, events, bytes, requests: count, refused, goesTo, account }) => [
    ...[timeWords(fromMs), timeWords(toMs), formatCount(events), kind === 'log' ? formatSize(bytes) : '-'],
    ...[formatCount(count), formatCount(refused), `${goesTo} (${account})`],
  ]);
  if (requests.length === 0) return formatTable(stretchColumns, sent);
  const named = requests.map(({ requestId, atMs, events, goesTo }) => {
    return [requestId, timeWords(atMs), formatCount(events), goesTo];
  });
  return [
    ...formatTable(stretchColumns, sent),
    '',
    `the last ${formatCount(requests.length)} requests, by CloudWatch's names for them:`,
    ...formatTable(requestColumns, named),
  ];
}

function timeWords(ms: number): string {
  return formatLocalTime(BigInt(Math.round(ms)) * 1_000_000n);
}
