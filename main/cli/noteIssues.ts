import type { ConfigIssue } from '../model/ConfigIssue.js';
import { forTerminal } from './formatValues.js';
import type { Output } from './Output.js';

/** Says on stderr what is wrong with a file, as compilers write it, so that editors can jump to the place. */
export function noteIssues(output: Output, file: string, issues: readonly ConfigIssue[]): void {
  for (const { line, column, severity, message } of issues) {
    output.note(forTerminal(`${file}:${line}:${column}: ${severity}: ${message}`));
  }
}
