import { LineCounter } from 'yaml';
import type { ConfigIssue } from '../../model/ConfigIssue.js';

/** The text with one issue's fix in place of what the issue marks; the same text when it has no fix. */
export function applyFix(text: string, issue: ConfigIssue): string {
  if (issue.fix === null) return text;
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  const offset = (line: number, column: number): number => (lines.lineStarts[line - 1] ?? text.length) + column - 1;
  return (
    text.slice(0, offset(issue.line, issue.column)) + issue.fix + text.slice(offset(issue.endLine, issue.endColumn))
  );
}
