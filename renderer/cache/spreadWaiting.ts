import type { Segment } from './segmentTypes.js';

export interface WaitingSpread {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly stepMs: number;
  readonly counts: readonly number[];
}

/** Spreads each segment's waiting records evenly over its own time; null when nothing waits. */
export function spreadWaiting(segments: readonly Segment[], columns: number): WaitingSpread | null {
  const waiting = segments.flatMap((segment) =>
    segment.remaining > 0 && segment.oldestMs !== null && segment.newestMs !== null
      ? [{ from: segment.oldestMs, until: Math.max(segment.newestMs, segment.oldestMs + 1), count: segment.remaining }]
      : [],
  );
  if (waiting.length === 0) return null;
  const fromMs = Math.min(...waiting.map((part) => part.from));
  const untilMs = Math.max(...waiting.map((part) => part.until));
  const stepMs = (untilMs - fromMs) / columns;
  const counts = new Array<number>(columns).fill(0);
  for (const part of waiting) {
    const first = Math.floor((part.from - fromMs) / stepMs);
    const last = Math.min(columns - 1, Math.floor((part.until - fromMs) / stepMs));
    for (let column = first; column <= last; column += 1) {
      const left = Math.max(part.from, fromMs + column * stepMs);
      const right = Math.min(part.until, fromMs + (column + 1) * stepMs);
      counts[column] = (counts[column] ?? 0) + (part.count * Math.max(0, right - left)) / (part.until - part.from);
    }
  }
  return { fromMs, untilMs, stepMs, counts };
}
