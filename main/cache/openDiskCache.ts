import { type Problem, type Result, succeed } from '../model/Problem.js';
import type { LogDestination } from '../model/Destination.js';
import type { Clock } from '../seams/Clock.js';
import {
  asideFolder,
  listSegments,
  makeCacheFolders,
  otherBytesOf,
  placeBallast,
  segmentsFolder,
  type SegmentFile,
  spendBallast,
} from './cacheFolder.js';
import { mendSegment } from './check/mendSegment.js';
import { bySegment, chooseGeneration, isRemainder } from './chooseGeneration.js';
import type { ChunkPacker } from './ChunkPacker.js';
import { CommitQueue } from './CommitQueue.js';
import { DiskCache } from './DiskCache.js';
import { DiskGuard } from './DiskGuard.js';
import { diskProblem } from './diskProblem.js';
import { errorCode, type FileSystem, nodeFileSystem, readWhole, withFile, writeNewFile } from './FileSystem.js';
import { memoryLossOf, tornLossOf } from './LossGap.js';
import { GapMarker, newestLogDestination } from './GapMarker.js';
import { partedImports } from './ImportBook.js';
import { Ledger } from './Ledger.js';
import { LedgerBook } from './LedgerBook.js';
import type { LedgerEntry } from './LedgerEntry.js';
import { loadColumns, unloadColumns } from './loadColumns.js';
import { newerCache } from './openCacheReader.js';
import { openSegment } from './openSegment.js';
import { type OwnerLock, takeOwnership } from './OwnerLock.js';
import { type LedgerContent, ledgerFile, readLedger } from './readLedger.js';
import type { Segment } from './Segment.js';
import { defaultPacker } from './WorkerPacker.js';
import { SegmentStore, type StoreLimits } from './SegmentStore.js';
import { snapshotEntries } from './snapshotEntries.js';
import { missingEntries } from './UnreadableRecords.js';
import { UndoTimers } from './UndoTimers.js';

export interface OpenDiskCacheOptions {
  readonly folder: string;
  readonly robot: string;
  /** Who we are, for the sentence that refuses a second owner; the socket takes calls for the owner. */
  readonly owner: { readonly kind: string; readonly controlSocket: string | null };
  readonly limits: StoreLimits;
  readonly clock: Clock;
  readonly files?: FileSystem;
  /** Longest wait of a record before its commit starts: with the `fdatasync` after it, under 20 ms on a common disk. */
  readonly commitIntervalMs?: number;
  /** A commit starts at once when this many records wait. */
  readonly commitRecordsMax?: number;
  /** Limit of what waits in memory while the disk refuses. */
  readonly memoryBytesMax?: number;
  /** Does the work of packing closed segments; by default in a thread of its own. */
  readonly packer?: ChunkPacker;
  /** Closed segments of at least so many bytes are packed. */
  readonly packBytesMin?: number;
  /** A ledger smaller than this is never compacted. */
  readonly ledgerCompactionBytesMin?: number;
  /** Put a log record in the place of what was lost? Yes, unless this says no. */
  readonly markGaps?: boolean;
  /** Where the robot's file says that logs go, at any time; null when it does not say. Gap markers go there. */
  readonly logDestination?: () => LogDestination | null;
  /** False for tests that edit at the disk limit, where an edit would be refused for want of room. */
  readonly editsNeedRoom?: boolean;
  /** Bytes of the disk that are kept free, in place of 1 GB or 5 % (whichever is less); 0 for none. */
  readonly diskFreeBytesMin?: number;
  /** Read the heads of the indexes in the background, for the first search? For who stays open for long. */
  readonly readsAhead?: boolean;
  /** Reads every segment through, closed ones too, and mends what is damaged. */
  readonly repair?: boolean;
}

const commitIntervalMsDefault = 10;
const commitRecordsMaxDefault = 1000;
const memoryBytesMaxDefault = 64 * 1024 * 1024;
const ledgerCompactionBytesMinDefault = 1024 * 1024;
const packBytesMinDefault = 32 * 1024;
/** Segments that are opened at the same time at the start. */
const openAtOnceMax = 32;

/** What the folder held when it was opened. */
interface Found {
  readonly book: LedgerBook;
  readonly segments: readonly Segment[];
  /** To be written to the ledger: what recovery lost, and what a person should know. */
  readonly entries: readonly LedgerEntry[];
  readonly otherBytes: number;
  /** Null when the ledger must be written anew. */
  readonly ledgerBytes: number | null;
}

/**
 * Opens a robot's cache as its one owner, mending what a crash left. Problems: `owned` (a live owner has it),
 * `newer-version`, and what keeps the disk from being used (`disk-full`, `disk-read-only`, `folder-gone`, ...).
 */
export async function openDiskCache(options: OpenDiskCacheOptions): Promise<Result<DiskCache>> {
  const { folder, files = nodeFileSystem } = options;
  const lock = await takeFolder(options, files);
  if (!lock.ok) return lock;
  try {
    const content = await readLedger(files, `${folder}/${ledgerFile}`);
    if (content.newerVersion !== null) {
      await lock.value.release();
      return newerCache(options.robot, folder, content.newerVersion);
    }
    const trusted = await syncLedger(files, folder);
    const found = await openFolder(options, files, content, trusted);
    return succeed(await assemble(options, files, lock.value, found));
  } catch (error) {
    await lock.value.release().catch(() => undefined);
    return { ok: false, problem: diskProblem(error, folder) };
  }
}

async function takeFolder(
  { folder, owner, clock }: OpenDiskCacheOptions,
  files: FileSystem,
): Promise<Result<OwnerLock>> {
  const since = new Date(Number(clock.nowNs() / 1_000_000n)).toISOString();
  const attempt = async (): Promise<Result<OwnerLock>> => {
    try {
      await makeCacheFolders(files, folder, true);
    } catch (error) {
      return { ok: false, problem: diskProblem(error, folder) };
    }
    return takeOwnership(folder, { ...owner, since }, files);
  };
  const first = await attempt();
  const full = !first.ok && first.problem.code === 'disk-full';
  return full && (await spendBallast(files, folder)) ? attempt() : first;
}

/**
 * What is believed from here on must be durable: an owner that was killed between a write and its `fdatasync` leaves
 * lines that can be read and would still go with the power. False when the disk refuses: the ledger is written anew then.
 */
async function syncLedger(files: FileSystem, folder: string): Promise<boolean> {
  try {
    await withFile(files, `${folder}/${ledgerFile}`, 'r+', (file) => file.datasync());
    return true;
  } catch (error) {
    return errorCode(error) === 'ENOENT';
  }
}

async function openFolder(
  { folder, robot, clock, limits, repair = false }: OpenDiskCacheOptions,
  files: FileSystem,
  content: LedgerContent,
  ledgerDurable: boolean,
): Promise<Found> {
  const at = Number(clock.nowNs() / 1_000_000n);
  const book = new LedgerBook();
  for (const entry of content.entries) book.add(entry);
  const entries: LedgerEntry[] = await setLedgerAside(files, folder, content, at);
  const segments: Segment[] = [];
  const ledgerTrusted = content.bytes > 0 && content.damagedLines === 0;
  const places = bySegment(await listSegments(files, folder));
  for (let from = 0; from < places.length; from += openAtOnceMax) {
    const opened = places
      .slice(from, from + openAtOnceMax)
      .map((place) => openOne(files, folder, robot, place, book, ledgerTrusted, at, repair));
    for (const { segment, found } of await Promise.all(opened)) {
      if (segment !== null) segments.push(segment);
      entries.push(...found);
    }
  }
  // What was removed just now stays so before a compaction stops naming it.
  await files.syncFolder(`${folder}/${segmentsFolder}`);
  const segmentBytes = segments.reduce((sum, { bytes, keptFile }) => sum + bytes + (keptFile?.bytes ?? 0), 0);
  const takenBytes = segmentBytes + content.bytes + (await otherBytesOf(files, folder));
  await placeBallast(files, folder, limits.bytesMax - takenBytes);
  for (const [place] of places) book.nextSegment = Math.max(book.nextSegment, (place?.sequence ?? 0) + 1);
  entries.push(...partedImports(book, segments, at));
  const damaged = content.tornBytes > 0 || content.damagedLines > 0 || !ledgerDurable;
  const otherBytes = await otherBytesOf(files, folder);
  return { book, segments, entries, otherBytes, ledgerBytes: damaged ? null : content.bytes };
}

async function openOne(
  files: FileSystem,
  folder: string,
  robot: string,
  generations: readonly SegmentFile[],
  book: LedgerBook,
  ledgerTrusted: boolean,
  at: number,
  repair: boolean,
): Promise<{ segment: Segment | null; found: LedgerEntry[] }> {
  const sequence = generations[0]?.sequence ?? 0;
  const named = book.generations.get(sequence);
  if (book.gone.has(sequence) || (ledgerTrusted && isRemainder(generations, named))) {
    for (const { path } of generations) await files.remove(path);
    return { segment: null, found: [] };
  }
  const chosen = await chooseGeneration(files, generations, named, ledgerTrusted);
  if (chosen === null) return { segment: null, found: [] };
  const { place } = chosen;
  for (const { path } of chosen.leftOver) await files.remove(path);
  const found: LedgerEntry[] = [];
  if (repair) {
    const isDone = (ordinal: number): boolean => book.isDone(place.sequence, ordinal);
    const mended = await mendSegment(files, place, `${folder}/${asideFolder}`, robot, isDone);
    if (mended !== null) found.push(...lossEntries(mended.lost, mended.words, at));
    if (mended?.removed === true) return { segment: null, found };
  }
  const { segment, lost, words } = await openSegment(files, place, `${folder}/${asideFolder}`, robot);
  found.push(...lossEntries(lost, words, at));
  if (segment === null) return { segment, found };
  const keptPlace = generations.find(({ generation }) => generation === named?.kept && generation !== place.generation);
  segment.named = { current: place.generation, kept: keptPlace?.generation ?? null };
  if (keptPlace !== undefined) segment.keptFile = { path: keptPlace.path, bytes: await files.size(keptPlace.path) };
  if (chosen.replaced) {
    const generation = place.generation;
    const words = `the file of segment ${sequence} that the ledger names is gone; ${place.file} is used in its place`;
    found.push({ type: 'rewritten', segment: sequence, generation, kept: null, why: 'restored', at });
    found.push({ type: 'note', words, at });
  }
  segment.generationMax = Math.max(named?.current ?? 0, ...generations.map(({ generation }) => generation));
  if (book.needsColumns(segment)) {
    const { ordinals } = await loadColumns(files, segment);
    const lost = ordinals.filter((ordinal) => !book.isDone(sequence, ordinal));
    found.push(...missingEntries(sequence, lost, lost.length, `damaged bytes in ${place.file}`, at));
  }
  book.applyTo(segment);
  unloadColumns(segment);
  return { segment, found };
}

/** A recovery for the ledger: what a person should know (nothing when `words` is empty), and what it lost. */
function lossEntries(lost: number, words: string, at: number): LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  if (words !== '') entries.push({ type: 'note', words, at });
  if (lost > 0) entries.push({ type: 'loss', stage: 'torn', count: lost, reason: words, at });
  return entries;
}

/** A ledger with bytes that cannot be trusted is kept as it was before it is written anew. */
async function setLedgerAside(
  files: FileSystem,
  folder: string,
  { tornBytes, damagedLines }: LedgerContent,
  at: number,
): Promise<LedgerEntry[]> {
  if (tornBytes === 0 && damagedLines === 0) return [];
  const bytes = await readWhole(files, `${folder}/${ledgerFile}`);
  const name = `${asideFolder}/ledger-${at}.jsonl`;
  try {
    if (bytes !== null) await writeNewFile(files, `${folder}/${name}`, bytes);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  const lines = damagedLines === 0 ? '' : ` and ${damagedLines} damaged lines, whose records may be sent again`;
  const words = `the ledger ended in ${tornBytes} bytes of an unfinished write${lines}; a copy is in ${folder}/${name}`;
  return [{ type: 'note', words, at }];
}

async function assemble(
  options: OpenDiskCacheOptions,
  files: FileSystem,
  lock: OwnerLock,
  found: Found,
): Promise<DiskCache> {
  const { folder, robot, clock, limits } = options;
  const { book } = found;
  let { otherBytes } = found;
  const recount = async (): Promise<void> => {
    otherBytes = await otherBytesOf(files, folder).catch(() => otherBytes);
  };
  const ledger: Ledger = new Ledger({
    folder,
    files,
    clock,
    bytes: found.ledgerBytes,
    compactionBytesMin: options.ledgerCompactionBytesMin ?? ledgerCompactionBytesMinDefault,
    snapshot: () =>
      snapshotEntries(robot, book, store.values(), {
        nextSegment: store.nextSegment,
        bytesMax: store.limits.bytesMax,
        at: Number(clock.nowNs() / 1_000_000n),
      }),
    spendBallast: async () => {
      const spent = await spendBallast(files, folder);
      await recount();
      return spent;
    },
  });
  const store: SegmentStore = new SegmentStore({
    folder,
    robot,
    files,
    clock,
    limits,
    nextSegment: book.nextSegment,
    segments: found.segments,
    otherBytes: () => otherBytes,
    ledger: () => ledger,
    packer: options.packer ?? defaultPacker(),
    packBytesMin: options.packBytesMin ?? packBytesMinDefault,
    restoreFolder: async () => {
      await makeCacheFolders(files, folder, false);
      await lock.restore();
      ledger.demandRewrite();
      await recount();
    },
    lost: (count, reason) => {
      void cache.countLoss('torn', count, reason).catch(() => undefined);
    },
    unreadable: (segment, ordinals, wanted) => {
      void cache.countUnreadable(segment, ordinals, wanted).catch(() => undefined);
    },
    deleted: book.deleted,
    leaving: book.leaving,
    evicted: (eviction) => {
      book.countEvicted(eviction);
      cache.emit(eviction.change);
      markers.note(eviction.segments, eviction);
    },
  });
  const markers = new GapMarker({
    clock,
    append: (marker) => void queue.add([marker]),
    newestDestination: () => newestLogDestination(store.all()),
    isOn: options.markGaps !== false,
    ownDestination: options.logDestination ?? (() => null),
    canStore: () => queue.problem === null,
  });
  const memoryBytesMax = options.memoryBytesMax ?? memoryBytesMaxDefault;
  const guard = new DiskGuard(files, folder, clock, options.diskFreeBytesMin ?? null);
  const queue: CommitQueue = new CommitQueue({
    clock,
    commitIntervalMs: options.commitIntervalMs ?? commitIntervalMsDefault,
    commitRecordsMax: options.commitRecordsMax ?? commitRecordsMaxDefault,
    memoryBytesMax,
    commitBytesMax: () => store.commitBytesMax(),
    store: async (records) => {
      await guard.check();
      const { segment, ordinal: from } = await store.store(records);
      cache.emit({ type: 'appended', ranges: [{ segment, from, to: from + records.length - 1 }] });
      return { segment, ordinal: from };
    },
    problemOf: (error, lost): Problem => diskProblem(error, folder, { lost, memoryBytesMax }),
    lost: (records) => {
      // A marker is told of by no other: its own losses are in the ledger.
      const lost = records.filter((record) => !markers.isMarker(record));
      const reason = 'the disk did not take them and the memory limit was reached';
      const known = memoryLossOf(lost, reason);
      void cache.countLoss('memory', lost.length, reason, undefined, known).catch(() => undefined);
      return lost.length;
    },
  });
  const undo = new UndoTimers(clock, book.deleted, () => {
    void store.sweep().catch(() => undefined);
  });
  const openedMs = Number(clock.nowNs() / 1_000_000n);
  book.deleted.forgetOld(openedMs);
  undo.start(openedMs);
  const cache: DiskCache = new DiskCache({
    editsNeedRoom: options.editsNeedRoom ?? true,
    readsAhead: options.readsAhead ?? false,
    folder,
    files,
    clock,
    store,
    queue,
    ledger,
    book,
    lock,
    markers,
    guard,
    undo,
  });
  await begin(found, ledger, book, limits, clock);
  for (const entry of found.entries) markers.noteLoss(tornLossOf(entry));
  await store.sweep().catch(() => undefined);
  store.packing.kick();
  return cache;
}

/** Writes what the start found; a disk that refuses does not keep the cache from opening. */
async function begin(found: Found, ledger: Ledger, book: LedgerBook, limits: StoreLimits, clock: Clock): Promise<void> {
  const at = Number(clock.nowNs() / 1_000_000n);
  const entries: LedgerEntry[] = [...found.entries];
  if (book.bytesMax !== limits.bytesMax) entries.push({ type: 'limits', bytesMax: limits.bytesMax, at });
  if (entries.length === 0) return;
  const written = ledger.append(entries, () => {
    for (const entry of entries) book.add(entry);
  });
  let giveUp: () => void = () => undefined;
  const patience = new Promise<void>((resolve) => {
    giveUp = clock.after(startPatienceMs, resolve);
  });
  await Promise.race([written, patience]);
  giveUp();
  written.catch(() => undefined);
}

/** How long the start waits for a slow disk before it goes on without. */
const startPatienceMs = 2000;
