/** Milliseconds have at most three decimals that a double holds exactly at today's dates. */
export function nanosecondsOf(ms: number): bigint {
  return BigInt(Math.round(ms * 1000)) * 1000n;
}
