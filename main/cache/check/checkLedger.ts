import { decodeLedgerLine, type LedgerEntry } from '../LedgerEntry.js';
import { type LocalFinding, repairStep } from './Finding.js';

export interface LedgerCheck {
  readonly findings: readonly LocalFinding[];
  readonly entries: readonly LedgerEntry[];
  readonly lines: number;
}

const newline = 10;
const tornStep =
  'Nothing is lost: a write that was cut short was never believed. The next start keeps a copy in aside/.';

/**
 * Walks the ledger line by line: each line's CRC, its kind, its ranges, and that the first line says whose ledger it is.
 * While its owner lives (`live`), a last line that is not whole is one that is being written.
 */
export function checkLedger(bytes: Uint8Array, robot: string, live: boolean): LedgerCheck {
  const findings: LocalFinding[] = [];
  const entries: LedgerEntry[] = [];
  let damaged: LocalFinding[] = [];
  let lines = 0;
  let start = 0;
  for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
    const line = decodeLedgerLine(bytes.subarray(start, end));
    const place = { position: start, length: end + 1 - start };
    start = end + 1;
    lines += 1;
    if (line.type === 'damaged') {
      damaged.push(damagedLine(place));
      continue;
    }
    findings.push(...damaged);
    damaged = [];
    if (line.type === 'unknown') {
      findings.push(unknownLine(place));
      continue;
    }
    entries.push(line.entry);
    findings.push(...entryFindings(line.entry, lines, robot, place));
  }
  const tornAt = damaged[0]?.position ?? start;
  if (tornAt < bytes.byteLength && !live) findings.push(tornEnd(tornAt, bytes.byteLength - tornAt));
  return { findings, entries, lines };
}

type Place = Pick<LocalFinding, 'position' | 'length'>;

function damagedLine(place: Place): LocalFinding {
  const words =
    'The line cannot be trusted (its checksum is wrong). What it said of records, for example that they were acknowledged, is not known: they may be sent again.';
  return { code: 'ledger-line-damaged', ...place, words, nextStep: repairStep };
}

function unknownLine(place: Place): LocalFinding {
  const words = 'The line is whole, but of a kind that is not known here: a newer Tether wrote it.';
  return { code: 'ledger-line-unknown', ...place, words, nextStep: 'Use the newer version.' };
}

function tornEnd(position: number, length: number): LocalFinding {
  const words = `The ledger ends in ${length} bytes that are no whole line.`;
  return { code: 'ledger-torn', position, length, words, nextStep: tornStep };
}

function entryFindings(entry: LedgerEntry, line: number, robot: string, place: Place): LocalFinding[] {
  const fault = (words: string): LocalFinding[] => [
    {
      code: 'ledger-line-wrong',
      ...place,
      words,
      nextStep: 'Keep a copy of this folder, and tell those who make Tether.',
    },
  ];
  if ((entry.type === 'ledger') !== (line === 1)) return fault('The line that names the ledger is not the first one.');
  if (entry.type === 'ledger' && entry.robot !== robot)
    return fault(`This is the ledger of another robot (${entry.robot}).`);
  if (!('ranges' in entry)) return [];
  const wrong = entry.ranges.find(([segment, from, to]) => segment < 1 || from > to);
  return wrong === undefined ? [] : fault(`The line names records that cannot be: ${JSON.stringify(wrong)}.`);
}
