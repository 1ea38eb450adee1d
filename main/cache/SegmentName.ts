const namePattern = /^(\d{8}T\d{6}Z-(\d{8,}))(?:\.r([1-9]\d*))?\.mcap$/;

/** What a segment file's name says. */
export interface SegmentName {
  readonly sequence: number;
  /** 0 as it was recorded, more each time the segment was written anew. */
  readonly generation: number;
  /** The part that all generations share. */
  readonly stem: string;
}

/**
 * `20261123T093051Z-00000012.mcap`: the time is for people (UTC, from a clock that may be wrong); order is the number's.
 * Written anew (packed, redacted), the segment is `20261123T093051Z-00000012.r1.mcap`, then `.r2`.
 */
export function segmentFileName(createdNs: bigint, sequence: number): string {
  const time = new Date(Number(createdNs / 1_000_000n)).toISOString();
  const compact = `${time.slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  return `${compact}-${String(sequence).padStart(8, '0')}.mcap`;
}

/** Null for a file that is no segment. */
export function parseSegmentName(fileName: string): SegmentName | null {
  const [, stem, sequence, generation] = namePattern.exec(fileName) ?? [];
  if (stem === undefined) return null;
  return { sequence: Number(sequence), generation: Number(generation ?? 0), stem };
}

/** The name of another generation of the same segment. */
export function generationFileName(fileName: string, generation: number): string {
  const stem = parseSegmentName(fileName)?.stem ?? fileName.replace(/\.mcap$/, '');
  return generation === 0 ? `${stem}.mcap` : `${stem}.r${generation}.mcap`;
}
