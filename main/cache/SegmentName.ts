const namePattern = /^\d{8}T\d{6}Z-(\d{8,})\.mcap$/;

/** `20261123T093051Z-00000012.mcap`: the time is for people (UTC, from a clock that may be wrong); order is the number's. */
export function segmentFileName(createdNs: bigint, sequence: number): string {
  const time = new Date(Number(createdNs / 1_000_000n)).toISOString();
  const compact = `${time.slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  return `${compact}-${String(sequence).padStart(8, '0')}.mcap`;
}

/** The segment's number, or null for a file that is no segment. */
export function segmentSequence(fileName: string): number | null {
  const digits = namePattern.exec(fileName)?.[1];
  return digits === undefined ? null : Number(digits);
}
