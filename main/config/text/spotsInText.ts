import { isCollection, isPair } from 'yaml';
import type { Node, Pair } from 'yaml';

/** A part of a text and what stands there instead. */
export interface TextChange {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

export function applyChanges(text: string, changes: readonly TextChange[]): string {
  return changes
    .toSorted((a, b) => b.from - a.from)
    .reduce((now, { from, to, insert }) => now.slice(0, from) + insert + now.slice(to), text);
}

export function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

export function lineStartOf(text: string, at: number): number {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  return start === 0 && text.startsWith('\ufeff') ? 1 : start;
}

/** Where the line's words end: before its line break, or the end of the text. */
export function lineEndOf(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  if (newline === -1) return text.length;
  return text[newline - 1] === '\r' && newline - 1 >= at ? newline - 1 : newline;
}

/** The beginning of the next line, or the end of the text. */
export function nextLineOf(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline === -1 ? text.length : newline + 1;
}

/**
 * Where the last written character of a node ends, without comments and blank lines behind it: those of a collection's
 * range may belong to what follows.
 */
export function leafEndOf(node: Node | Pair | null, text: string): number {
  if (node === null) return 0;
  if (isPair(node)) {
    return Math.max(leafEndOf(node.key as Node | null, text), leafEndOf(node.value as Node | null, text));
  }
  const last = isCollection(node) ? (node.items.at(-1) as Node | Pair | undefined) : undefined;
  if (last === undefined || (isCollection(node) && node.flow === true)) {
    let end = node.range?.[1] ?? 0;
    while (end > 0 && /\s/.test(text[end - 1] ?? '')) end -= 1;
    return end;
  }
  return leafEndOf(last, text);
}
