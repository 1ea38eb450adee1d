import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { editKinds } from '../model/EditKind.js';
import { evictionCauses, lossStages } from '../model/Loss.js';
import { severities } from '../model/Severity.js';

/**
 * A line of `ledger.jsonl`: what became of records, one JSON object a line. Its last field is `crc`, the CRC32 (hex) of
 * the line's bytes before `,"crc"`. The first line says the version. Ranges are `[segment, from, to]`, both ends
 * included; later lines win over earlier ones.
 */
export const ledgerVersion = 2;

const count = z.number().int().min(0);
const ranges = z.array(z.tuple([count, count, count]));
const at = z.number();
/** Absent in lines of the first versions. */
const evictedCounts = z
  .array(z.object({ kind: z.enum(['log', 'metric']), severity: z.enum(severities).nullable(), records: count }))
  .optional();

export const ledgerEntrySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ledger'), version: z.number().int().min(1).max(ledgerVersion), robot: z.string(), at }),
  /** Accepted by CloudWatch. */
  z.object({ type: z.literal('ack'), ranges, logs: count, metrics: count, at }),
  z.object({ type: z.literal('hold'), ranges, at }),
  z.object({ type: z.literal('unhold'), ranges, at }),
  /** With an id it can be undone until `undoMs` after `at`; the first versions had none. */
  z.object({ type: z.literal('delete'), ranges, id: count.optional(), at }),
  /** The delete was undone: the lines before this one say what its records are again. */
  z.object({ type: z.literal('undelete'), id: count, at }),
  /** Refused by CloudWatch for good; kept, with its reason. */
  z.object({ type: z.literal('quarantine'), ranges, reason: z.string(), at }),
  /** A disk limit made a segment go, with what was still wanted of it. */
  z.object({
    type: z.literal('evict'),
    segment: count,
    records: count,
    counts: evictedCounts,
    reason: z.string(),
    /** Absent: the robot's own limit. */
    cause: z.enum(evictionCauses).optional(),
    at,
  }),
  z.object({ type: z.literal('loss'), stage: z.enum(lossStages), count, reason: z.string(), at }),
  /** These could not be read when somebody looked: `lost` of them were wanted, and are counted as `torn`. */
  z.object({ type: z.literal('missing'), ranges, lost: count, reason: z.string(), at }),
  /** Nothing was wanted of the segment any more: its file may be gone. */
  z.object({ type: z.literal('segment-removed'), segment: count, at }),
  /** Records from this ordinal on were never durable, whatever the file holds. */
  z.object({ type: z.literal('cut'), segment: count, records: count, at }),
  /** The segment was written anew: from now on this generation of its file counts. `kept` is still needed, for going back. */
  z.object({
    type: z.literal('rewritten'),
    segment: count,
    generation: count,
    kept: count.nullable(),
    why: z.enum(['packed', 'redacted', 'redirected', 'restored', 'confirmed']),
    at,
  }),
  /**
   * Records were changed in these segments; the files from before are kept until `edit-ended`. `generations` are
   * `[segment, generation, kept]`, as `rewritten` has them: one line, so that a write that is cut short leaves no half of
   * an edit. A compaction writes `rewritten` in their place.
   */
  z.object({
    type: z.literal('edit'),
    id: count,
    what: z.enum(editKinds),
    records: count,
    segments: z.array(count),
    generations: z.array(z.tuple([count, count, count])).optional(),
    at,
  }),
  /** Undone: the kept files count again; confirmed: they go. */
  z.object({ type: z.literal('edit-ended'), id: count, how: z.enum(['confirmed', 'undone']), at }),
  /**
   * How far a file of the original nodes has been imported (ImportProgress). All its records in segments before `segment`
   * and the first `inSegment` in that one are a part of this, and `recordsBeyond` of them come after those lines.
   */
  z.object({
    type: z.literal('imported'),
    origin: z.string(),
    fromBytes: count,
    lines: count,
    bytes: count,
    digest: z.string(),
    recordsBeyond: count,
    segment: count,
    inSegment: count,
    at,
  }),
  /**
   * Something a person should know about a recovery. With `dismissedUntil` it has no words of its own: a person has read
   * those up to that time (a line of this kind, so that earlier versions, which know no such thing, still read the ledger).
   */
  z.object({ type: z.literal('note'), words: z.string(), dismissedUntil: at.optional(), at }),
  z.object({ type: z.literal('limits'), bytesMax: z.number(), at }),
  /** Sums so far, written by a compaction in place of the lines they stand for. */
  z.object({
    type: z.literal('totals'),
    acknowledgedLogs: count,
    acknowledgedMetrics: count,
    lost: z.partialRecord(z.enum(lossStages), count),
    evicted: evictedCounts,
    evictedForLaptop: count.optional(),
    nextSegment: count,
    nextDelete: count.optional(),
    at,
  }),
]);

export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;
export type ImportedEntry = Extract<LedgerEntry, { type: 'imported' }>;
export type LedgerRange = [segment: number, from: number, to: number];

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });
const crcPattern = /,"crc":"([0-9a-f]{8})"\}$/;

export function encodeLedgerLine(entry: LedgerEntry): string {
  const text = JSON.stringify(entry).slice(0, -1);
  return `${text},"crc":"${crc32(encoder.encode(text)).toString(16).padStart(8, '0')}"}\n`;
}

export function encodeLedgerLines(entries: readonly LedgerEntry[]): Uint8Array {
  return encoder.encode(entries.map(encodeLedgerLine).join(''));
}

export type DecodedLine =
  | { readonly type: 'entry'; readonly entry: LedgerEntry }
  | { readonly type: 'damaged' }
  /** Whole, but not of a kind or version that is known here. */
  | { readonly type: 'unknown'; readonly version: number | null };

/** `line` is without its newline. */
export function decodeLedgerLine(line: Uint8Array): DecodedLine {
  const value = checkedJson(line);
  if (value === undefined) return { type: 'damaged' };
  const parsed = ledgerEntrySchema.safeParse(value);
  if (parsed.success) return { type: 'entry', entry: parsed.data };
  const header = z.object({ type: z.literal('ledger'), version: z.number() }).safeParse(value);
  return { type: 'unknown', version: header.success ? header.data.version : null };
}

function checkedJson(line: Uint8Array): unknown {
  try {
    const text = decoder.decode(line);
    const crc = crcPattern.exec(text);
    if (crc === null) return undefined;
    const before = encoder.encode(text.slice(0, crc.index));
    return crc32(before) === parseInt(crc[1] ?? '', 16) ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
