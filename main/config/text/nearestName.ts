/** Longest text that is compared; a longer one is no slip of the pen. */
const comparedLengthMax = 64;

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function distance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforePrevious[j - 2] ?? 0) + 1);
      }
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** The known name that was probably meant, or null when none is near (a third of its letters, at least two). */
export function nearestName(text: string, names: Iterable<string>): string | null {
  if (text.length === 0 || text.length > comparedLengthMax) return null;
  const written = text.toLowerCase();
  let nearest: string | null = null;
  let nearestDistance = Infinity;
  for (const name of names) {
    const apart = distance(written, name.toLowerCase());
    const allowed = Math.max(Math.min(2, name.length - 1), Math.floor(name.length / 3));
    if (apart <= allowed && apart < nearestDistance) {
      nearest = name;
      nearestDistance = apart;
    }
  }
  return nearest;
}
