import type { LineCounter } from 'yaml';
import type { ConfigIssue } from '../../model/ConfigIssue.js';

/** Most issues that one file is given; the rest is counted in a last one. */
export const issuesMax = 200;
const quotedLengthMax = 60;

/** From and to, as offsets in UTF-16 units, the end excluded. */
export type Span = readonly [from: number, to: number];

/** Collects the issues of one text; lines and columns count from 1, columns in UTF-16 units as editors count. */
export class IssueList {
  private readonly issues: ConfigIssue[] = [];
  private leftOut = 0;
  private errorCount = 0;

  constructor(
    private readonly lines: LineCounter,
    private readonly textLength: number,
  ) {}

  error(span: Span, message: string, fix: string | null = null): void {
    this.errorCount += 1;
    this.add(span, 'error', message, fix);
  }

  warning(span: Span, message: string, fix: string | null = null): void {
    this.add(span, 'warning', message, fix);
  }

  hasErrors(): boolean {
    return this.errorCount > 0;
  }

  isFull(): boolean {
    return this.issues.length >= issuesMax;
  }

  /** In the order of the text. */
  sorted(): readonly ConfigIssue[] {
    const sorted = this.issues.toSorted((a, b) => a.line - b.line || a.column - b.column);
    const last = sorted.at(-1);
    if (this.leftOut === 0 || last === undefined) return sorted;
    return [...sorted, { ...last, message: `${this.leftOut} more are not shown`, fix: null }];
  }

  private add(span: Span, severity: 'error' | 'warning', message: string, fix: string | null): void {
    if (this.isFull()) {
      this.leftOut += 1;
      return;
    }
    const start = this.position(span[0]);
    const end = this.position(Math.max(span[0], span[1]));
    this.issues.push({
      line: start.line,
      column: start.col,
      endLine: end.line,
      endColumn: end.col,
      severity,
      message,
      fix,
    });
  }

  private position(offset: number): { line: number; col: number } {
    const position = this.lines.linePos(Math.min(Math.max(0, offset), this.textLength));
    return { line: Math.max(1, position.line), col: Math.max(1, position.col) };
  }
}

/** A text from the file for use in a message: quoted, in one line, cut when long. */
export function quote(text: string): string {
  const short = text.length > quotedLengthMax ? `${text.slice(0, quotedLengthMax)}…` : text;
  return JSON.stringify(short);
}
