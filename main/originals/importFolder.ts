import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import type { ImportReport, ImportStep } from '../contract/importReport.js';
import { type Problem, type Result, succeed } from '../model/Problem.js';
import { destinationsOf } from '../model/destinationsOf.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import type { Cache } from '../seams/Cache.js';
import { FileImport } from './FileImport.js';
import { findOriginalFiles, type OriginalFile } from './findOriginalFiles.js';
import { ImportLog } from './ImportLog.js';
import { readSavedOffsets, savedOffsetsFile } from './readSavedOffsets.js';

export interface ImportOptions {
  readonly cache: Pick<Cache, 'appendImported' | 'importProgress'>;
  /** Of the robot file: where the records are to go, and how the originals name their files. */
  readonly config: RobotConfig;
  readonly folder: string;
  /** Also what the original has sent, as its saved offsets say. */
  readonly all: boolean;
  readonly signal: AbortSignal;
  readonly onStep: (step: ImportStep) => void;
}

export interface ImportEnd {
  readonly report: ImportReport;
  /** Why it ended before its end; importing again goes on there. */
  readonly problem: Problem | null;
}

/**
 * Takes the cache files of the original nodes in a folder into a robot's cache, oldest first, and leaves the folder as it
 * is. Each line ends up pending or in the report. Running it again adds only what is new. Problems: `no-such-folder`,
 * `unreadable`, `nothing-to-import`.
 */
export async function importFolder(options: ImportOptions): Promise<Result<ImportEnd>> {
  const { config, folder } = options;
  const { logFiles, metricFiles } = config.originals;
  const found = await findOriginalFiles(folder, [logFiles, metricFiles]);
  if (!found.ok) return found;
  const log = new ImportLog();
  for (const { file, reason } of found.value.leftOut) log.leaveOut(file, reason);
  const { positions, notes } = await readSavedOffsets(path.join(folder, savedOffsetsFile));
  for (const note of notes) log.note(note);
  let problem: Problem | null = null;
  for (const file of found.value.files) {
    const done = await importFile(options, file, positions.get(file.name) ?? 0, found.value.files.length, log);
    if (done.ok) continue;
    problem = done.problem;
    break;
  }
  addNotes(log, config.metrics.storageResolutionS);
  return succeed({ report: log.report(config.name, folder), problem });
}

async function importFile(
  { cache, config, all, signal, onStep }: ImportOptions,
  { name, path: place }: OriginalFile,
  savedBytes: number,
  files: number,
  log: ImportLog,
): Promise<Result<void>> {
  let file: FileHandle;
  try {
    // Without waiting: a pipe that has taken the file's name would hold us until somebody writes to it.
    file = await open(place, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    log.leaveOut(name, `it cannot be read (${String(error)})`);
    return succeed(undefined);
  }
  try {
    const offsetBytes = await usableOffset(file, name, savedBytes, log);
    const filesDone = log.filesDone;
    const importing = new FileImport(
      {
        cache,
        destinations: destinationsOf(config),
        storageResolutionS: config.metrics.storageResolutionS,
        metricBatchRecords: config.originals.metricBatchRecords,
        log,
        signal,
        onStep: () => {
          onStep({ file: name, filesDone, files, lines: log.lines, imported: log.imported });
        },
      },
      name,
      all ? 0 : offsetBytes,
    );
    return await importing.run(file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    log.leaveOut(name, `it could not be read to its end (${error.message}); import again to go on`);
    return succeed(undefined);
  } finally {
    await file.close();
  }
}

/** The saved offset, or 0 when it is not the beginning of a line. */
async function usableOffset(file: FileHandle, name: string, savedBytes: number, log: ImportLog): Promise<number> {
  if (savedBytes === 0) return 0;
  const before = Buffer.alloc(1);
  const { bytesRead } = await file.read(before, 0, 1, savedBytes - 1);
  if (bytesRead === 1 && before.toString('latin1') === '\n') return savedBytes;
  log.note(`The saved offset of ${name} (${savedBytes}) is not the beginning of a line; the file is imported whole.`);
  return 0;
}

function addNotes(log: ImportLog, storageResolutionS: number): void {
  if (log.doubted > 0) {
    log.note(
      `${log.doubted} lines before a saved offset were imported all the same, because the original may not have sent them: it saves the place of a log file only after a failed upload, and of metrics with an equal time it sent one only. Some may so be in CloudWatch twice.`,
    );
  }
  if (log.otherResolution > 0) {
    log.note(
      `${log.otherResolution} metrics were kept for another storage resolution than the ${storageResolutionS} s of the robot file, with which they will be sent; storage_resolution there changes it.`,
    );
  }
}
