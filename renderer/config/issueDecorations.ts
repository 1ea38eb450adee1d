import { type Range, StateEffect, StateField, type Text } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, WidgetType } from '@codemirror/view';
import type { Diagnostic } from '@codemirror/lint';
import type { ConfigIssueMessage } from './configTypes.js';
import { changedLines } from './changedLines.js';

/** What is marked in the text: issues, and lines that differ from what is saved. */
export interface Marks {
  readonly issues: readonly ConfigIssueMessage[];
  readonly savedText: string;
}

export const setMarks = StateEffect.define<Marks>();

/** Issue words at the end of their line with the fix as a button; a bar before changed, wrong and doubtful lines. */
export const markDecorations = StateField.define<{ readonly marks: Marks; readonly set: DecorationSet }>({
  create: () => ({ marks: { issues: [], savedText: '' }, set: Decoration.none }),
  update: (value, transaction) => {
    let marks: Marks | null = null;
    for (const effect of transaction.effects) if (effect.is(setMarks)) marks = effect.value;
    if (marks !== null) return { marks, set: decorate(transaction.newDoc, marks) };
    // Between two checks the words move with their lines.
    return transaction.docChanged ? { marks: value.marks, set: value.set.map(transaction.changes) } : value;
  },
  provide: (field) => EditorView.decorations.from(field, (value) => value.set),
});

function decorate(document: Text, marks: Marks): DecorationSet {
  const ranges: Range<Decoration>[] = [];
  const lines = new Map<number, string>();
  for (const line of changedLines(marks.savedText, document.toString())) lines.set(line, 'cm-changedLine');
  for (const issue of marks.issues) {
    const line = Math.min(Math.max(1, issue.line), document.lines);
    if (lines.get(line) !== 'cm-wrongLine') {
      lines.set(line, issue.severity === 'error' ? 'cm-wrongLine' : 'cm-doubtfulLine');
    }
    const widget = new IssueWidget(issue);
    ranges.push(Decoration.widget({ widget, side: 1 }).range(document.line(line).to));
  }
  for (const [line, name] of lines) {
    if (line <= document.lines) ranges.push(Decoration.line({ class: name }).range(document.line(line).from));
  }
  return Decoration.set(ranges, true);
}

class IssueWidget extends WidgetType {
  constructor(private readonly issue: ConfigIssueMessage) {
    super();
  }

  override eq(other: IssueWidget): boolean {
    return JSON.stringify(other.issue) === JSON.stringify(this.issue);
  }

  override toDOM(view: EditorView): HTMLElement {
    const element = document.createElement('span');
    element.className = `cm-inlineIssue cm-inlineIssue-${this.issue.severity}`;
    element.textContent = `${this.issue.severity === 'error' ? '✕' : '▲'} ${this.issue.message.replace(/^[\w.]+: /, '')}`;
    if (this.issue.fix !== null) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = fixWords(this.issue.fix);
      button.addEventListener('mousedown', (event) => {
        event.preventDefault();
        applyFix(view, this.issue);
      });
      element.append(button);
    }
    return element;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

export function fixWords(fix: string): string {
  const line = fix.split('\n')[0] ?? '';
  return line.trim() === '' ? 'fix' : `fix: ${line.length > 32 ? `${line.slice(0, 32)}…` : line}`;
}

/** Where an issue is in a text that may have become shorter since it was found. */
export function issueRange(text: Text, issue: ConfigIssueMessage): { readonly from: number; readonly to: number } {
  const from = offsetOf(text, issue.line, issue.column);
  return { from, to: Math.max(from, offsetOf(text, issue.endLine, issue.endColumn)) };
}

function offsetOf(text: Text, line: number, column: number): number {
  const found = text.line(Math.min(Math.max(1, line), text.lines));
  return Math.min(found.to, found.from + Math.max(0, column - 1));
}

export function applyFix(view: EditorView, issue: ConfigIssueMessage): void {
  if (issue.fix === null) return;
  view.dispatch({ changes: { ...issueRange(view.state.doc, issue), insert: issue.fix }, userEvent: 'input.fix' });
  view.focus();
}

export function asDiagnostic(text: Text, issue: ConfigIssueMessage): Diagnostic {
  const range = issueRange(text, issue);
  // A mark needs something under it: the line, when the issue is a point.
  const line = text.lineAt(range.from);
  const { from, to } = range.from === range.to ? { from: line.from, to: line.to } : range;
  const { fix } = issue;
  return {
    from,
    to,
    severity: issue.severity,
    message: issue.message,
    ...(fix === null
      ? {}
      : {
          actions: [
            {
              name: fixWords(fix),
              apply: (view: EditorView) => {
                applyFix(view, issue);
              },
            },
          ],
        }),
  };
}
