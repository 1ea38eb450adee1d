import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { CallOutput } from '../contract/calls.js';
import type { ExportFormat } from '../export/ExportWriter.js';
import { openExportWriter } from '../export/openExportWriter.js';
import { PartialFile, writeProblem } from '../export/PartialFile.js';
import { fail, succeed, type Result } from '../model/Problem.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { CacheReader } from '../seams/Cache.js';

export interface ExportOrder {
  readonly robot: string;
  readonly filter: RecordFilter;
  readonly format: ExportFormat;
  /** Empty for a name of our own in `folder`. */
  readonly file: string;
  /** For a name without a folder, and for none. */
  readonly folder: string;
  readonly nowMs: number;
  /** A file of that name goes. */
  readonly overwrite?: boolean;
  /** Told now and then. */
  readonly onStep?: (step: { readonly records: number; readonly bytes: number }) => void;
}

const stepRecords = 500;

/** Writes what the filter means to a file that is there whole or not at all. Changes nothing in the cache. */
export async function exportRecords(
  cache: CacheReader,
  { robot, filter, format, file, folder, nowMs, overwrite = false, onStep }: ExportOrder,
  signal: AbortSignal,
): Promise<Result<CallOutput<'cache.export'>>> {
  const target = path.resolve(folder, file === '' ? `${robot}-${stampOf(nowMs)}.${format}` : file);
  try {
    if (path.dirname(target) === folder) await mkdir(folder, { recursive: true });
    const opened = await PartialFile.create(target, overwrite);
    if (!opened.ok) return opened;
    const partial = opened.value;
    let whole = false;
    try {
      const writer = await openExportWriter(format, partial);
      let records = 0;
      for await (const cached of cache.read(filter, 'oldest')) {
        if (signal.aborted) return fail('cancelled', 'The export was stopped: no file was made.', 'Export again.');
        await writer.add(robot, cached);
        records += 1;
        if (records % stepRecords === 0) onStep?.({ records, bytes: partial.bytes });
      }
      await writer.end();
      const finished = await partial.finish();
      if (!finished.ok) return finished;
      whole = true;
      return succeed({ file: target, records, bytes: partial.bytes });
    } finally {
      if (!whole) await partial.discard();
    }
  } catch (error) {
    return { ok: false, problem: writeProblem(error, target) };
  }
}

/** `2026-11-25T02-13-40Z`: no colons, which a USB stick's file system does not take. */
function stampOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
}
