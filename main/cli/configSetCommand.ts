import path from 'node:path';
import { DiskRobotFiles } from '../config/DiskRobotFiles.js';
import { robotsFolder } from '../config/home.js';
import { parseWithFleet } from '../config/parseWithFleet.js';
import { editRobotText } from '../config/text/editRobotText.js';
import { parameterNamed, parseParameterText } from '../config/text/parseParameterText.js';
import { applyChanges } from '../config/text/spotsInText.js';
import { succeed } from '../model/Problem.js';
import type { Result } from '../model/Problem.js';
import type { CommandContext } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { findRobotFile } from './findRobotFile.js';
import { changeLine, parameterChanges } from './parameterChanges.js';
import { reportProblem } from './reportProblem.js';

export interface ConfigSetAsked {
  readonly robot: string;
  /** `KEY=VALUE` */
  readonly set: readonly string[];
  /** Keys that go out of the file: the fleet's value counts again, or the default. */
  readonly reset: readonly string[];
  readonly dryRun: boolean;
  readonly json: boolean;
}

/**
 * Changes parameters of a robot file and nothing else in it. A window that has the robot open applies the change at once;
 * what would make the file invalid is not written.
 *
 * `--json`: `{ changed: [{ section, key, before, after, effect }], written }`.
 */
export async function configSetCommand(context: CommandContext, asked: ConfigSetAsked): Promise<ExitCode> {
  const { home, output } = context;
  const file = await findRobotFile(home, asked.robot);
  if (!file.ok) return reportProblem(output, file.problem);
  const { name, text, revision, fleet } = file.value;
  const edited = editText(text, asked);
  if (!edited.ok) return reportProblem(output, edited.problem, name);
  const isChanged = edited.value !== text;
  if (isChanged && !asked.dryRun) {
    const folder = path.dirname(file.value.path);
    const files = new DiskRobotFiles(folder === path.resolve(robotsFolder(home)) ? robotsFolder(home) : folder);
    const written = await files.write(name, edited.value, revision);
    if (!written.ok) return reportProblem(output, written.problem, name);
  }
  const changed = parameterChanges(parseWithFleet(name, text, fleet), parseWithFleet(name, edited.value, fleet));
  if (asked.json) {
    await output.line(JSON.stringify({ changed, written: isChanged && !asked.dryRun }));
    return 0;
  }
  for (const change of changed) await output.line(changeLine(change));
  const done = asked.dryRun ? 'Nothing was written (--dry-run).' : `${file.value.path} is written.`;
  await output.line(isChanged ? done : 'Nothing changes.');
  return 0;
}

function editText(text: string, asked: ConfigSetAsked): Result<string> {
  let now = text;
  const edits = [
    ...asked.set.map((one) => ({ name: one.slice(0, one.indexOf('=')), written: one.slice(one.indexOf('=') + 1) })),
    ...asked.reset.map((name) => ({ name, written: null })),
  ];
  for (const { name, written } of edits) {
    const parameter = parameterNamed(name);
    if (!parameter.ok) return parameter;
    const value = written === null ? succeed(null) : parseParameterText(parameter.value, written);
    if (!value.ok) return value;
    const { section, key } = parameter.value;
    const changes = editRobotText(now, { section, key, value: value.value });
    if (!changes.ok) return changes;
    now = applyChanges(now, changes.value);
  }
  return succeed(now);
}
