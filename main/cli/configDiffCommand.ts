import { parseWithFleet } from '../config/parseWithFleet.js';
import { compareRobotTexts } from '../config/text/compareRobotTexts.js';
import type { ParameterValue } from '../config/text/ParameterValue.js';
import { fail } from '../model/Problem.js';
import type { CommandContext } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { findRobotFile } from './findRobotFile.js';
import { formatTable } from './formatTable.js';
import { reportProblem } from './reportProblem.js';

/**
 * The parameters that two robots have differently, each file with the fleet's below it. Comments, order and quoting are no
 * difference. `--with @fleet` tells what a robot overrides.
 *
 * `--json`: `{ differences: [{ section, key, first, second, effect }] }`; null is "not given: the default counts".
 */
export async function configDiffCommand(
  context: CommandContext,
  asked: { readonly robot: string; readonly with: string; readonly json: boolean },
): Promise<ExitCode> {
  const { home, output } = context;
  const [first, second] = [await findRobotFile(home, asked.robot), await findRobotFile(home, asked.with)];
  if (!first.ok) return reportProblem(output, first.problem);
  if (!second.ok) return reportProblem(output, second.problem);
  const [before, after] = [first, second].map(({ value }) => parseWithFleet(value.name, value.text, value.fleet));
  if (before?.readable !== true || after?.readable !== true) {
    const which = before?.readable === true ? asked.with : asked.robot;
    return reportProblem(output, fail('bad-yaml', `${which} cannot be read.`, 'See `tether config check`.').problem);
  }
  const differences = compareRobotTexts(before, after).map(({ parameter, before: one, after: two, effect }) => ({
    ...{ section: parameter.section, key: parameter.key, first: one, second: two, effect },
  }));
  if (asked.json) await output.line(JSON.stringify({ differences }));
  else if (differences.length === 0) await output.line('No parameter differs.');
  else {
    const columns = ['parameter', asked.robot, asked.with].map((title) => ({ title, align: 'left' }) as const);
    const rows = differences.map((one) => [`${one.section}.${one.key}`, words(one.first), words(one.second)]);
    for (const line of formatTable(columns, rows)) await output.line(line);
  }
  return 0;
}

function words(value: ParameterValue | null): string {
  return value === null ? '(default)' : typeof value === 'string' ? value : JSON.stringify(value);
}
