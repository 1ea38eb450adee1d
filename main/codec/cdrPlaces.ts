/**
 * Finding fields in little-endian CDR without reading them: for `LogParts` and `MetricParts`. A place counts from the beginning of
 * the bytes, `from` is where the message begins in them; -1 is for what is not whole.
 */

/** Encapsulation kinds 1 and 7: little-endian, CDR version 1 and 2. */
export function isLittleEndianCdr(bytes: Uint8Array, from: number): boolean {
  return bytes[from] === 0 && (bytes[from + 1] === 1 || bytes[from + 1] === 7);
}

/** Alignment counts from behind the four bytes of the encapsulation; for 4 that makes no difference. */
export function alignedTo4(at: number, from: number): number {
  return from + ((at - from + 3) & ~3);
}

export function uint32At(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0
  );
}

/** Behind the text whose length stands at `at`. */
export function textEndAt(bytes: Uint8Array, at: number, end: number): number {
  if (at + 4 > end) return -1;
  const textEndsAt = at + 4 + uint32At(bytes, at);
  return textEndsAt <= end ? textEndsAt : -1;
}

/** The end of a text without its closing zero. */
export function withoutZero(bytes: Uint8Array, from: number, to: number): number {
  return to > from && bytes[to - 1] === 0 ? to - 1 : to;
}
