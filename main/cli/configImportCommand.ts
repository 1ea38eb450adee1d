import { DiskRobotFiles, readRobotTextAt } from '../config/DiskRobotFiles.js';
import { robotsFolder } from '../config/home.js';
import { importProfile, planProfileImport } from '../config/importProfile.js';
import { parseProfile } from '../config/text/parseProfile.js';
import { parseRobotFile } from '../config/text/parseRobotFile.js';
import type { CommandContext } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { noteIssues } from './noteIssues.js';
import { changeLine, parameterChanges } from './parameterChanges.js';
import { reportProblem } from './reportProblem.js';

interface Asked {
  readonly file: string;
  readonly name: string | null;
  readonly replace: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/**
 * Adds a robot from a connection profile, or with `--replace` gives one its connection settings. An open window takes it up at
 * once. What is wrong with the profile is said with line and column, as `config check` says it.
 *
 * `--json`: `{ robot, isNew, changed: [{ section, key, before, after, effect }], written }`.
 */
export async function configImportCommand({ home, output }: CommandContext, asked: Asked): Promise<ExitCode> {
  const read = await readRobotTextAt(asked.file);
  if (!read.ok) return reportProblem(output, read.problem);
  const { text: profileText, issue } = read.value;
  noteIssues(output, asked.file, issue === null ? parseProfile(profileText).issues : [issue]);
  if (issue !== null) return 1;
  const files = new DiskRobotFiles(robotsFolder(home));
  const profile = { text: profileText, name: asked.name, replace: asked.replace };
  const done = await (asked.dryRun ? planProfileImport : importProfile)(files, profile);
  if (!done.ok) {
    const ways =
      done.problem.code === 'robot-exists' ? { nextStep: 'Give --name NAME, or --replace to change it.' } : {};
    return reportProblem(output, { ...done.problem, ...ways });
  }
  const { robot, isNew, before, text } = done.value;
  const changed = parameterChanges(parseRobotFile(robot, before ?? ''), parseRobotFile(robot, text));
  const written = !asked.dryRun && before !== text;
  if (asked.json) {
    await output.line(JSON.stringify({ robot, isNew, changed, written }));
    return 0;
  }
  for (const change of changed) await output.line(changeLine(change));
  if (asked.dryRun) await output.line('Nothing was written (--dry-run).');
  else if (written) await output.line(isNew ? `${robot} is added.` : `${robot} has the profile's connection settings.`);
  else await output.line('Nothing changes.');
  return 0;
}
