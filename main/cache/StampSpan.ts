/** Stamps of the oldest and the newest of some records. */
export type StampSpan = readonly [oldestNs: bigint, newestNs: bigint];

/** A span over both; null is one of nothing. */
export function stretched(a: StampSpan | null, b: StampSpan | null): StampSpan | null {
  if (a === null || b === null) return a ?? b;
  return [a[0] < b[0] ? a[0] : b[0], a[1] > b[1] ? a[1] : b[1]];
}

/** `2026-11-23T00:00:00.000Z to 2026-11-23T00:05:00.000Z`. */
export function spanWords([oldestNs, newestNs]: StampSpan): string {
  return `${utcWords(oldestNs)} to ${utcWords(newestNs)}`;
}

function utcWords(ns: bigint): string {
  return new Date(Number(ns / 1_000_000n)).toISOString();
}
