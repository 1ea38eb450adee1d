const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * How far times are to be moved, in milliseconds: `90s`, `-2h`, `+1d`, `250ms`, or several together as `-1h30m`. Null when it
 * is none of these, nothing, or further than `msMax`.
 */
export function parseShift(text: string, msMax: number): number | null {
  const match = /^([+-]?)((?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+)$/.exec(text.trim());
  if (match === null) return null;
  const [, sign, parts = ''] = match;
  let ms = 0;
  for (const [, number, unit] of parts.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    ms += Number(number) * (unitsMs[unit ?? ''] ?? NaN);
  }
  if (!(ms > 0 && ms <= msMax)) return null;
  return sign === '-' ? -ms : ms;
}
