const nsPerSecond = 1_000_000_000n;
/** What `Date` holds, on either side of 1970. */
export const dateNsMax = 8_640_000_000_000_000n * 1_000_000n;

/** ISO 8601 in UTC with nanoseconds: `2026-02-03T14:05:06.789000001Z`; stamps that no calendar holds come as nanoseconds. */
export function formatIsoNs(ns: bigint): string {
  const ofSecond = ((ns % nsPerSecond) + nsPerSecond) % nsPerSecond;
  const seconds = ns - ofSecond;
  if (seconds > dateNsMax || seconds < -dateNsMax) return `${ns} ns`;
  const whole = new Date(Number(seconds / 1_000_000n)).toISOString().replace('.000Z', '');
  return `${whole}.${String(ofSecond).padStart(9, '0')}Z`;
}
