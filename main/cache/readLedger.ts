import { type FileSystem, readWhole } from './FileSystem.js';
import { decodeLedgerLine, ledgerVersion, type LedgerEntry } from './LedgerEntry.js';

export interface LedgerContent {
  readonly entries: readonly LedgerEntry[];
  readonly bytes: number;
  /** Bytes after the last whole line: a write that was cut short and so was never believed. */
  readonly tornBytes: number;
  /** Whole lines in the middle that cannot be trusted. */
  readonly damagedLines: number;
  /** A version that is not known here: nothing may be concluded from the file. */
  readonly newerVersion: number | null;
}

export const ledgerFile = 'ledger.jsonl';
const newline = 10;

/** Reads all lines whose CRC is right. A missing file is an empty ledger. */
export async function readLedger(files: FileSystem, path: string): Promise<LedgerContent> {
  const bytes = (await readWhole(files, path)) ?? new Uint8Array(0);
  const entries: LedgerEntry[] = [];
  let damagedLines = 0;
  let newerVersion: number | null = null;
  let start = 0;
  let trusted = 0;
  let damagedSince = 0;
  for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
    const line = decodeLedgerLine(bytes.subarray(start, end));
    start = end + 1;
    if (line.type === 'damaged') {
      damagedSince += 1;
      continue;
    }
    // Damaged lines count as such only when something whole follows: the last ones are a torn tail.
    damagedLines += damagedSince;
    damagedSince = 0;
    trusted = start;
    if (line.type === 'entry') entries.push(line.entry);
    else newerVersion = line.version ?? newerVersion ?? ledgerVersion + 1;
  }
  return { entries, bytes: bytes.byteLength, tornBytes: bytes.byteLength - trusted, damagedLines, newerVersion };
}
