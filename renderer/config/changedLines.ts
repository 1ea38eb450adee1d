/** Lines of `text` (from 1) that are not in `saved` at their place in the order: a longest common subsequence by lines. */
export function changedLines(saved: string, text: string): ReadonlySet<number> {
  const before = saved.split('\n');
  const after = text.split('\n');
  let start = 0;
  while (start < after.length && start < before.length && before[start] === after[start]) start += 1;
  let endBefore = before.length;
  let endAfter = after.length;
  while (endBefore > start && endAfter > start && before[endBefore - 1] === after[endAfter - 1]) {
    endBefore -= 1;
    endAfter -= 1;
  }
  const changed = new Set<number>();
  const kept = keptLines(before.slice(start, endBefore), after.slice(start, endAfter));
  for (let line = start; line < endAfter; line += 1) {
    if (!kept.has(line - start)) changed.add(line + 1);
  }
  return changed;
}

/** Indexes of `after` that belong to a longest common subsequence; none when the comparison would be too large. */
function keptLines(before: readonly string[], after: readonly string[]): ReadonlySet<number> {
  const kept = new Set<number>();
  if (before.length * after.length > comparisonsMax) return kept;
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      lengths[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  for (let row = 0, column = 0; row < before.length && column < after.length;) {
    if (before[row] === after[column]) {
      kept.add(column);
      row += 1;
      column += 1;
    } else if (at(row + 1, column) >= at(row, column + 1)) row += 1;
    else column += 1;
  }
  return kept;
}

const comparisonsMax = 1_000_000;
