/** Further apart than rounding and a busy thread bring them: the clock was set, or the machine slept. */
const stepMsMin = 5;

/**
 * Wall clock with microseconds. `Date` follows a clock that was set and a laptop that slept, but has milliseconds alone; a monotonic
 * clock has microseconds, but on Linux it stands still while the machine sleeps. So the second counts from where the first was,
 * until they are `stepMsMin` apart.
 * @param originMs wall clock at which `monotonicMs` was 0, milliseconds since the Unix epoch
 */
export function preciseWallClock(wallMs: () => number, monotonicMs: () => number, originMs: number): () => bigint {
  let fromMs = originMs;
  return () => {
    const [wall, monotonic] = [wallMs(), monotonicMs()];
    // Within the millisecond that `Date` gives, the middle errs least.
    const ahead = wall + 0.5 - (fromMs + monotonic);
    if (Math.abs(ahead) > stepMsMin) fromMs += ahead;
    return BigInt(Math.round((fromMs + monotonic) * 1000)) * 1000n;
  };
}
