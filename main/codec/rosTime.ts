/** builtin_interfaces/msg/Time: seconds since the Unix epoch (signed) and nanoseconds on top. */
export interface RosTime {
  readonly sec: number;
  readonly nanosec: number;
}

const nsPerS = 1_000_000_000n;

export function stampNsOf(sec: number, nanosec: number): bigint {
  return BigInt(sec) * nsPerS + BigInt(nanosec);
}

/** A stamp of exactly zero was never set by its publisher: the time of receipt is the best that is known. */
export function stampOrReceiptNs(sec: number, nanosec: number, receivedNs: bigint): bigint {
  return sec === 0 && nanosec === 0 ? receivedNs : stampNsOf(sec, nanosec);
}

export function rosTimeOfNs(stampNs: bigint): RosTime {
  const nanosec = ((stampNs % nsPerS) + nsPerS) % nsPerS;
  return { sec: Number((stampNs - nanosec) / nsPerS), nanosec: Number(nanosec) };
}
