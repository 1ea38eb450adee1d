import type { ConfigIssue } from '../model/ConfigIssue.js';
import type { CommandContext } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { findRobotFile } from './findRobotFile.js';
import { forTerminal } from './formatValues.js';
import { reportProblem } from './reportProblem.js';

/** `--json`: the shape is a promise to scripts and editors. Lines and columns count from 1. */
export interface ConfigCheckReport {
  readonly valid: boolean;
  readonly issues: readonly Pick<ConfigIssue, 'line' | 'column' | 'severity' | 'message' | 'fix'>[];
}

/** Checks a robot file as the window does. Ends with 0 when it is valid, warnings or not; with 1 when not. */
export async function configCheckCommand(
  context: CommandContext,
  asked: { readonly robot: string; readonly json: boolean },
): Promise<ExitCode> {
  const { home, output } = context;
  const file = await findRobotFile(home, asked.robot);
  if (!file.ok) return reportProblem(output, file.problem);
  const { path, issues } = file.value;
  const valid = !issues.some(({ severity }) => severity === 'error');
  if (asked.json) {
    const report: ConfigCheckReport = {
      valid,
      issues: issues.map(({ line, column, severity, message, fix }) => ({ line, column, severity, message, fix })),
    };
    await output.line(JSON.stringify(report));
    return valid ? 0 : 1;
  }
  // As compilers write it, so that editors can jump to the place.
  for (const { line, column, severity, message, fix } of issues) {
    const mend = fix === null || fix.trim() === '' ? '' : ` (fix: ${fix.trim().split('\n')[0] ?? ''})`;
    await output.line(forTerminal(`${path}:${line}:${column}: ${severity}: ${message}${mend}`));
  }
  await output.line(valid ? `${path} is valid.` : `${path} is not valid; it would not be applied.`);
  return valid ? 0 : 1;
}
