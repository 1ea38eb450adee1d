import { readOwner } from '../cache/OwnerLock.js';
import { cacheFolder, linkFile } from '../config/home.js';
import type { CallInput } from '../contract/calls.js';
import type { LaptopLinkStatus } from '../contract/frames.js';
import { LaptopLink } from '../engine/LaptopLink.js';
import { readMetered } from '../engine/readMetered.js';
import type { MeteredChoice } from '../model/MeteredChoice.js';
import { type Result, succeed } from '../model/Problem.js';
import type { CommandContext } from './CommandContext.js';
import { type ExitCode, worstExit } from './ExitCode.js';
import { knownRobots } from './knownRobots.js';
import { noteLog } from './noteLog.js';
import { ownerCall } from './ownerCall.js';
import { reportProblem } from './reportProblem.js';

interface Asked {
  readonly choice: MeteredChoice | null;
  readonly limit: { readonly bytesPerS: number | null } | null;
  readonly json: boolean;
}

/**
 * Says what holds of this laptop's link, and changes it: for all that runs here (each window and recording is told), and for
 * what is started later.
 *
 * `--json`: `{ choice, detected, metered, limitBytesPerS }`.
 */
export async function linkCommand(context: CommandContext, { choice, limit, json }: Asked): Promise<ExitCode> {
  const { output, interrupt } = context;
  const wanted: CallInput<'link.set'> = {
    ...(choice === null ? {} : { choice }),
    ...(limit === null ? {} : { limitBytesPerS: limit.bytesPerS }),
  };
  // An empty change is a question; without anybody who runs it is asked of the file.
  const answers: Result<LaptopLinkStatus>[] = [];
  for (const socket of await openSockets(context)) {
    const answer = await ownerCall(socket, 'link.set', wanted, interrupt.signal);
    if (answer.ok || answer.problem.code !== 'owner-gone') answers.push(answer);
  }
  if (answers.length === 0) answers.push(await setInFile(context, wanted));
  const exits = answers.map((answer) => (answer.ok ? 0 : reportProblem(output, answer.problem)));
  const status = answers.find((answer) => answer.ok);
  if (status?.ok === true) await output.line(json ? JSON.stringify(status.value) : statusLine(status.value));
  return worstExit(exits);
}

/** Of all windows and recordings: each keeps the link's state by itself. */
async function openSockets({ home }: CommandContext): Promise<ReadonlySet<string>> {
  const owners = await Promise.all((await knownRobots(home)).map((robot) => readOwner(cacheFolder(home, robot))));
  return new Set(owners.flatMap((owner) => owner?.controlSocket ?? []));
}

async function setInFile(
  { home, clock, output }: CommandContext,
  wanted: CallInput<'link.set'>,
): Promise<Result<LaptopLinkStatus>> {
  const link = new LaptopLink({
    ...{ clock, readMetered, file: linkFile(home) },
    log: noteLog(output),
  });
  await link.load();
  try {
    await link.start();
    return Object.keys(wanted).length === 0 ? succeed(link.status()) : await link.set(wanted);
  } finally {
    link.stop();
  }
}

function statusLine({ choice, detected, metered, limitBytesPerS }: LaptopLinkStatus): string {
  const system =
    detected === null ? 'NetworkManager cannot say' : `NetworkManager says ${detected ? 'metered' : 'not metered'}`;
  const why = choice === 'auto' ? system : 'as you chose';
  const limit =
    limitBytesPerS === null
      ? 'no limit'
      : `at most ${(limitBytesPerS / 1000).toLocaleString('en')} kB/s of all robots together`;
  return `the link counts as ${metered ? 'metered: only a flush sends' : 'not metered'} (${why}); ${limit}`;
}
