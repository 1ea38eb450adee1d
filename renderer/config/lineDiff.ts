import { changedLines } from './changedLines.js';

export interface DiffLine {
  readonly sign: ' ' | '+' | '-';
  readonly text: string;
  /** From 1, in the text that the line is of. */
  readonly line: number;
}

/** Lines shown around a change. */
const contextLines = 2;

/** The lines that went and came, with a few around them; null stands for lines left out. */
export function lineDiff(before: string, after: string): readonly (DiffLine | null)[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const came = changedLines(before, after);
  const all: DiffLine[] = [];
  let at = 0;
  const drop = (): void => {
    all.push({ sign: '-', text: old[at] ?? '', line: at + 1 });
    at += 1;
  };
  for (const [index, text] of now.entries()) {
    const isNew = came.has(index + 1);
    // What stays is a part of the old text in its order: the next equal line is its place.
    while (!isNew && at < old.length && old[at] !== text) drop();
    all.push({ sign: isNew ? '+' : ' ', text, line: index + 1 });
    if (!isNew) at += 1;
  }
  while (at < old.length) drop();
  return shorten(lostFirst(all));
}

/** Where lines went and others came, those that went are shown first. */
function lostFirst(all: readonly DiffLine[]): readonly DiffLine[] {
  const ordered: DiffLine[] = [];
  const came: DiffLine[] = [];
  for (const line of all) {
    if (line.sign === '+') came.push(line);
    else {
      if (line.sign === ' ') ordered.push(...came.splice(0));
      ordered.push(line);
    }
  }
  return [...ordered, ...came];
}

function shorten(all: readonly DiffLine[]): readonly (DiffLine | null)[] {
  const isShown = all.map((_, index) =>
    all.slice(Math.max(0, index - contextLines), index + contextLines + 1).some(({ sign }) => sign !== ' '),
  );
  const shown: (DiffLine | null)[] = [];
  for (const [index, line] of all.entries()) {
    if (isShown[index] === true) shown.push(line);
    else if (shown.length > 0 && shown.at(-1) !== null) shown.push(null);
  }
  if (shown.at(-1) === null) shown.pop();
  return shown;
}
