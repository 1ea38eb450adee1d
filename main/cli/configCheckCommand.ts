import type { ConfigIssue } from '../model/ConfigIssue.js';
import type { CommandContext } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { findRobotFile } from './findRobotFile.js';
import { forTerminal } from './formatValues.js';
import { reportProblem } from './reportProblem.js';

/** `--json`: the shape is a promise to scripts and editors. Lines and columns count from 1. */
export interface ConfigCheckReport {
  readonly valid: boolean;
  readonly issues: readonly ReportedIssue[];
}

/** `file` only where it is another than the one that was asked for: the fleet's, which lies below it. */
type ReportedIssue = Pick<ConfigIssue, 'line' | 'column' | 'severity' | 'message' | 'fix'> & { readonly file?: string };

/** Checks a robot file, with the fleet's below it, as the window does. Ends with 0 when it is valid, warnings or not; with 1 when not. */
export async function configCheckCommand(
  context: CommandContext,
  asked: { readonly robot: string; readonly json: boolean },
): Promise<ExitCode> {
  const { home, output } = context;
  const file = await findRobotFile(home, asked.robot);
  if (!file.ok) return reportProblem(output, file.problem);
  const { path, issues: own, fleet } = file.value;
  const issues: readonly ReportedIssue[] = [
    ...own,
    ...(fleet?.issues ?? []).map((issue) => ({ ...issue, file: fleet?.path ?? '' })),
  ];
  const valid = !issues.some(({ severity }) => severity === 'error');
  if (asked.json) {
    const report: ConfigCheckReport = {
      valid,
      issues: issues.map(({ line, column, severity, message, fix, file: other }) => ({
        ...{ line, column, severity, message, fix },
        ...(other === undefined ? {} : { file: other }),
      })),
    };
    await output.line(JSON.stringify(report));
    return valid ? 0 : 1;
  }
  // As compilers write it, so that editors can jump to the place.
  for (const { line, column, severity, message, fix, file: other } of issues) {
    const mend = fix === null || fix.trim() === '' ? '' : ` (fix: ${fix.trim().split('\n')[0] ?? ''})`;
    await output.line(forTerminal(`${other ?? path}:${line}:${column}: ${severity}: ${message}${mend}`));
  }
  await output.line(valid ? `${path} is valid.` : `${path} is not valid; it would not be applied.`);
  return valid ? 0 : 1;
}
