import { writeFile } from 'node:fs/promises';
import { parseWithFleet } from '../config/parseWithFleet.js';
import { profileText } from '../config/text/profileText.js';
import { fail } from '../model/Problem.js';
import type { CommandContext } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { findRobotFile } from './findRobotFile.js';
import { reportProblem } from './reportProblem.js';

/** Writes a robot's connection profile to a file, or to stdout. What was left out because it is a credential is said. */
export async function configExportCommand(
  { home, output }: CommandContext,
  asked: { readonly robot: string; readonly output: string | null; readonly force: boolean },
): Promise<ExitCode> {
  const file = await findRobotFile(home, asked.robot);
  if (!file.ok) return reportProblem(output, file.problem);
  const { name, text, fleet } = file.value;
  const profile = profileText(name, parseWithFleet(name, text, fleet));
  if (!profile.ok) return reportProblem(output, profile.problem, name);
  for (const parameter of profile.value.withoutCredentials) {
    output.note(`tether: ${parameter} names a user or password, which the profile does not carry`);
  }
  if (asked.output === null) {
    await output.line(profile.value.text.trimEnd());
    return 0;
  }
  try {
    await writeFile(asked.output, profile.value.text, { flag: asked.force ? 'w' : 'wx' });
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    const problem = isThere
      ? fail('exists', `${asked.output} is there already.`, 'Give another name, or --force.').problem
      : fail('unwritable', `${asked.output}: ${String(error)}`, 'Check the folder and its permissions.').problem;
    return reportProblem(output, problem);
  }
  await output.line(`${asked.output} is written. On another laptop: tether config import ${asked.output}`);
  return 0;
}
