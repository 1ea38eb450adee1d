/**
 * Two drafts of one text, line by line: what only one of them changed is taken from it. Null when both changed the same
 * lines, or neighbouring ones: then a person must choose.
 */
export function mergeTexts(original: string, mine: string, theirs: string): string | null {
  const base = original.split('\n');
  const a = hunkOf(base, mine.split('\n'));
  const b = hunkOf(base, theirs.split('\n'));
  if (a === null) return theirs;
  if (b === null) return mine;
  const [first, second] = a.from <= b.from ? [a, b] : [b, a];
  if (first.to >= second.from) return null;
  return [
    ...base.slice(0, first.from),
    ...first.lines,
    ...base.slice(first.to, second.from),
    ...second.lines,
    ...base.slice(second.to),
  ].join('\n');
}

interface Hunk {
  /** Lines of the original that are replaced, the end excluded. */
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/** From the first to the last line that differs; null when nothing does. */
function hunkOf(base: readonly string[], text: readonly string[]): Hunk | null {
  let head = 0;
  while (head < base.length && head < text.length && base[head] === text[head]) head += 1;
  if (head === base.length && head === text.length) return null;
  let tail = 0;
  while (tail < base.length - head && tail < text.length - head && base.at(-1 - tail) === text.at(-1 - tail)) tail += 1;
  return { from: head, to: base.length - tail, lines: text.slice(head, text.length - tail) };
}
