import { readOwner } from '../cache/OwnerLock.js';
import { cacheFolder, uploadModesFile } from '../config/home.js';
import { fail, type Result } from '../model/Problem.js';
import type { UploadMode } from './CommandLine.js';
import type { CommandContext } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { UploadModes } from '../engine/UploadModes.js';
import { chooseRobots, knownRobots } from './knownRobots.js';
import { noteLog } from './noteLog.js';
import { ownerCall } from './ownerCall.js';
import { reportProblem } from './reportProblem.js';

interface Asked {
  readonly robot: string;
  readonly mode: UploadMode;
  readonly json: boolean;
}

const modeWords: Readonly<Record<UploadMode, string>> = {
  auto: 'records are sent by themselves',
  manual: 'only a flush sends',
};

/**
 * Sets when a robot's records are sent: in the window or recording that has it open, which remembers it; else for the next
 * window.
 *
 * `--json`: `{ name, mode }`.
 */
export async function modeCommand(context: CommandContext, { robot, mode, json }: Asked): Promise<ExitCode> {
  const { home, output } = context;
  const known = await chooseRobots(home, [robot]);
  if (!known.ok) return reportProblem(output, known.problem);
  const set = await setMode(context, robot, mode);
  if (!set.ok) return reportProblem(output, set.problem, robot);
  await output.line(json ? JSON.stringify({ name: robot, mode }) : `${robot}: ${modeWords[mode]} from now on`);
  return 0;
}

async function setMode(
  { home, interrupt, output }: CommandContext,
  robot: string,
  mode: UploadMode,
): Promise<Result<unknown>> {
  const owner = await readOwner(cacheFolder(home, robot));
  if (owner === null) {
    const log = noteLog(output);
    return await new UploadModes({ file: uploadModesFile(home), robots: () => knownRobots(home), log }).set(
      robot,
      mode,
    );
  }
  if (owner.controlSocket === null) {
    return fail('owned', `${owner.kind} (process ${owner.pid}) has the cache open.`, 'Wait for its end.');
  }
  return await ownerCall(owner.controlSocket, 'upload.setMode', { robot, mode }, interrupt.signal);
}
