import { type Result, succeed } from '../model/Problem.js';
import { listSegments, type SegmentFile, segmentsFolder } from './cacheFolder.js';
import { checkFolder } from './check/checkFolder.js';
import { checkLedger } from './check/checkLedger.js';
import { checkMarks, type PresentSegment } from './check/checkMarks.js';
import { checkSegment, type SegmentCheck } from './check/checkSegment.js';
import { type Finding, nothingLostStep } from './check/Finding.js';
import { bySegment, chooseGeneration } from './chooseGeneration.js';
import { errorCode, type FileSystem, nodeFileSystem, readWhole, withFile } from './FileSystem.js';
import { LedgerBook } from './LedgerBook.js';
import { newerCache } from './openCacheReader.js';
import { type Owner, readOwner } from './OwnerLock.js';
import { ledgerFile, readLedger } from './readLedger.js';

export interface CacheCheck {
  /** Who has the cache open at the moment. */
  readonly owner: Owner | null;
  readonly segments: number;
  /** Records that can be read, whatever has become of them. */
  readonly records: number;
  readonly ledgerLines: number;
  /** Files in aside/: bytes that were found damaged before. */
  readonly asideFiles: number;
  readonly findings: readonly Finding[];
}

/**
 * Walks everything that a cache's folder holds and says what does not hold together. Changes nothing, and works beside a
 * live owner: the ledger is read before the segments, so that all it names must be there; the end of the segment that is
 * being written, drafts and a half-written last line are then no findings.
 */
export async function checkCache(options: {
  readonly folder: string;
  readonly robot: string;
  readonly files?: FileSystem;
}): Promise<Result<CacheCheck>> {
  const { folder, robot, files = nodeFileSystem } = options;
  const owner = await readOwner(folder, files);
  const { newerVersion } = await readLedger(files, `${folder}/${ledgerFile}`);
  if (newerVersion !== null) return newerCache(robot, folder, newerVersion);
  const bytes = await readWhole(files, `${folder}/${ledgerFile}`);
  const ledger = checkLedger(bytes ?? new Uint8Array(0), robot, owner !== null);
  const book = new LedgerBook();
  for (const entry of ledger.entries) book.add(entry);
  const inFolder = await checkFolder(files, folder, owner);
  const walked = await checkSegments(files, folder, book, owner !== null);
  const findings = [
    ...inFolder.findings,
    ...((bytes?.byteLength ?? 0) === 0 && walked.checks.length > 0 ? [missingLedger] : []),
    ...ledger.findings.map((finding) => ({ ...finding, file: ledgerFile })),
    ...walked.findings,
    ...checkMarks(ledger.entries, walked.present, new Set([...book.gone, ...walked.went])),
  ];
  return succeed({
    owner,
    segments: walked.checks.length,
    records: walked.checks.reduce((sum, { records }) => sum + records, 0),
    ledgerLines: ledger.lines,
    asideFiles: inFolder.asideFiles,
    findings,
  });
}

const missingLedger: Finding = {
  code: 'ledger-missing',
  file: ledgerFile,
  position: null,
  length: null,
  words: 'There is no ledger: what was acknowledged, held or deleted is not known, and all records count as waiting.',
  nextStep: 'Put the file back from a backup, or go on without: records that CloudWatch has already are sent again.',
};

interface WalkedSegments {
  readonly checks: readonly SegmentCheck[];
  readonly present: ReadonlyMap<number, PresentSegment>;
  /** Segments that their owner removed meanwhile. */
  readonly went: ReadonlySet<number>;
  readonly findings: readonly Finding[];
}

/** Segments at whose end a live owner may be writing. */
const growingMax = 3;

async function checkSegments(
  files: FileSystem,
  folder: string,
  book: LedgerBook,
  live: boolean,
): Promise<WalkedSegments> {
  const checks: SegmentCheck[] = [];
  const present = new Map<number, PresentSegment>();
  const findings: Finding[] = [];
  const went = new Set<number>();
  const bySequence = bySegment(await listSegments(files, folder));
  for (const places of bySequence) {
    const { wanted, leftOver } = await sortOut(files, places, book);
    // While its owner lives, a generation that is not needed is one that is coming or going.
    if (!live) findings.push(...leftOver.map(leftOverSegment));
    for (const place of wanted) {
      const found = (await checkPlace(files, place)) ?? (await checkLatest(files, folder, place.sequence));
      if (found === null) {
        went.add(place.sequence);
        continue;
      }
      const { check, file } = found;
      // The one that is written, the next one's empty file, and the one that is just being closed.
      const growing = live && bySequence.indexOf(places) >= bySequence.length - growingMax && place.generation === 0;
      const counted = growing
        ? check.findings.filter(({ position }) => isBefore(position, check.dataEnd))
        : check.findings;
      findings.push(...counted.map((finding) => ({ ...finding, file })));
      // A generation that is kept for going back holds the same records once more.
      if (place !== wanted[0]) continue;
      checks.push(check);
      present.set(place.sequence, { file, nextOrdinal: check.nextOrdinal });
    }
  }
  return { checks, present, went, findings };
}

/** The file that counts first, then one that is kept beside it; and those that nothing needs. */
async function sortOut(
  files: FileSystem,
  places: readonly SegmentFile[],
  book: LedgerBook,
): Promise<{ wanted: readonly SegmentFile[]; leftOver: readonly SegmentFile[] }> {
  const sequence = places[0]?.sequence ?? 0;
  if (book.gone.has(sequence)) return { wanted: [], leftOver: places };
  const chosen = await chooseGeneration(files, places, book.generations.get(sequence), true);
  if (chosen === null) return { wanted: [], leftOver: [] };
  const { place, leftOver } = chosen;
  const kept = places.filter((other) => other !== place && !leftOver.includes(other));
  return { wanted: [place, ...kept], leftOver };
}

function pathOf({ file }: SegmentFile): string {
  return `${segmentsFolder}/${file}`;
}

interface CheckedPlace {
  readonly check: SegmentCheck;
  /** Relative to the cache's folder. */
  readonly file: string;
}

/** Null when the file went meanwhile, as its owner may do at any time. */
async function checkPlace(files: FileSystem, place: SegmentFile): Promise<CheckedPlace | null> {
  try {
    const check = await withFile(files, place.path, 'r', async (file) =>
      checkSegment(file, await file.size(), place.sequence),
    );
    return { check, file: pathOf(place) };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Of a segment whose file went because it was written anew meanwhile. */
async function checkLatest(files: FileSystem, folder: string, sequence: number): Promise<CheckedPlace | null> {
  const places = await listSegments(files, folder);
  const latest = places.findLast((place) => place.sequence === sequence);
  return latest === undefined ? null : checkPlace(files, latest);
}

function isBefore(position: number | null, dataEnd: number): boolean {
  return position !== null && position < dataEnd;
}

function leftOverSegment(place: SegmentFile): Finding {
  const words = 'The ledger says that nothing in this file is needed any more, but it is still there.';
  return {
    code: 'segment-left-over',
    file: pathOf(place),
    position: null,
    length: null,
    words,
    nextStep: nothingLostStep,
  };
}
