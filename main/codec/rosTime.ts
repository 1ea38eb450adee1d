/** builtin_interfaces/msg/Time: seconds since the Unix epoch (signed) and nanoseconds on top. */
export interface RosTime {
  readonly sec: number;
  readonly nanosec: number;
}

const nsPerS = 1_000_000_000n;

export function stampNsOf(sec: number, nanosec: number): bigint {
  return BigInt(sec) * nsPerS + BigInt(nanosec);
}

export function rosTimeOfNs(stampNs: bigint): RosTime {
  const nanosec = ((stampNs % nsPerS) + nsPerS) % nsPerS;
  return { sec: Number((stampNs - nanosec) / nsPerS), nanosec: Number(nanosec) };
}
