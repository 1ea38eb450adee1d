/** Two texts as what they share at their beginning and end, and what differs between. */
export interface ChangedParts {
  readonly head: string;
  readonly before: string;
  readonly after: string;
  readonly tail: string;
}

export function changedParts(before: string, after: string): ChangedParts {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return {
    head: before.slice(0, head),
    before: before.slice(head, before.length - tail),
    after: after.slice(head, after.length - tail),
    tail: before.slice(before.length - tail),
  };
}
