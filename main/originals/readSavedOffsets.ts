import { open } from 'node:fs/promises';
import { z } from 'zod';

/**
 * `token_store.info`: where the original meant to go on reading each file, one JSON object a line, written at a clean
 * shutdown only.
 *
 * How far it can be trusted (from the original's file_manager_strategy.cpp, log_file_manager.cpp and
 * metric_file_manager.cpp):
 * - It is the place of the first record that is not answered yet, or of one whose upload failed. After a success it names
 *   no file at all (the record is taken off a copy of the list): such a file is imported whole.
 * - Metrics: the tokens of a failed batch are given back oldest first, so what lies before the place was answered; but of
 *   values with an equal time in one batch only the first was sent.
 * - Logs: the tokens are given back newest first, so the place is that of the failed batch's newest line, and every
 *   further failure moves it on by a batch. As nothing but a failure ever saves a place beyond the beginning, it proves
 *   nothing: lines before it may never have been sent.
 */
export const savedOffsetsFile = 'token_store.info';
/** A larger file is none of the originals'. */
const bytesMax = 4 * 1024 * 1024;

const offsetSchema = z.object({
  position: z.number().int().min(0),
  eof: z.boolean().optional(),
  file_path: z.string(),
});

export interface SavedOffsets {
  /** Bytes, by a file's base name: the path may be that of another folder or machine. */
  readonly positions: ReadonlyMap<string, number>;
  readonly notes: readonly string[];
}

/** Offsets of a folder; none when there is no such file. What cannot be used of it is noted. */
export async function readSavedOffsets(place: string): Promise<SavedOffsets> {
  const text = await readText(place);
  if (typeof text !== 'string') return { positions: new Map(), notes: text === null ? [] : [text.note] };
  const positions = new Map<string, number>();
  const notes: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = offsetSchema.safeParse(parseJson(line));
    const name = parsed.success ? (parsed.data.file_path.split('/').at(-1) ?? '') : '';
    if (!parsed.success) {
      notes.push(`Line ${index + 1} of ${savedOffsetsFile} is no saved offset; its file is imported whole.`);
    } else if (name === '') {
      notes.push(`Line ${index + 1} of ${savedOffsetsFile} names no file; the file that it meant is imported whole.`);
    } else {
      positions.set(name, Math.min(parsed.data.position, positions.get(name) ?? Infinity));
    }
  }
  return { positions, notes };
}

async function readText(place: string): Promise<string | { readonly note: string } | null> {
  try {
    const file = await open(place, 'r');
    try {
      const { size } = await file.stat();
      if (size > bytesMax) return { note: `${savedOffsetsFile} is larger than ${bytesMax} bytes and was not read.` };
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    return { note: `${savedOffsetsFile} cannot be read (${String(error)}): files are imported whole.` };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
