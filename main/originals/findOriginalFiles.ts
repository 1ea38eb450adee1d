import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fail, type Result, succeed } from '../model/Problem.js';
import type { OriginalFileNames } from '../model/RobotConfig.js';
import { savedOffsetsFile } from './readSavedOffsets.js';

export interface OriginalFile {
  readonly name: string;
  readonly path: string;
}

export interface FoundFiles {
  /** Oldest first, by their names. */
  readonly files: readonly OriginalFile[];
  /** What looks alike and is not read. */
  readonly leftOut: readonly { readonly file: string; readonly reason: string }[];
}

/** The time of the robot's clock, and a number against equal names: the originals overlooked those of two digits. */
const middle = /^(\d{4}-\d{2}-\d{2}_\d{2}-\d{2}-\d{2})-(\d+)$/;

/**
 * The cache files of the original nodes in a folder: `<prefix>YYYY-MM-DD_HH-MM-SS-<n><extension>`. Prefixes are plain
 * texts here, whereas the originals put them into a regular expression. Problems: `no-such-folder`, `unreadable`,
 * `nothing-to-import`.
 */
export async function findOriginalFiles(
  folder: string,
  kinds: readonly OriginalFileNames[],
): Promise<Result<FoundFiles>> {
  const names = await namesIn(folder);
  if (!names.ok) return names;
  const files: (OriginalFile & { readonly time: string; readonly number: bigint })[] = [];
  const leftOut: { file: string; reason: string }[] = [];
  for (const name of names.value) {
    const parts = partsOf(name, kinds);
    const place = path.join(folder, name);
    if (parts === null) {
      if (looksAlike(name, kinds)) leftOut.push({ file: name, reason: 'its name is not one that the originals give' });
    } else if (await isFile(place)) files.push({ name, path: place, ...parts });
    else leftOut.push({ file: name, reason: 'it is no file, or cannot be read' });
  }
  if (files.length === 0) return await nothingFound(folder, kinds, names.value);
  files.sort((a, b) => compare(a.time, b.time) || compare(a.number, b.number) || compare(a.name, b.name));
  return succeed({ files, leftOut });
}

function partsOf(name: string, kinds: readonly OriginalFileNames[]): { time: string; number: bigint } | null {
  for (const { prefix, extension } of kinds) {
    if (!name.startsWith(prefix) || !name.endsWith(extension)) continue;
    const [, time, number] = middle.exec(name.slice(prefix.length, name.length - extension.length)) ?? [];
    if (time !== undefined && number !== undefined) return { time, number: BigInt(number) };
  }
  return null;
}

function looksAlike(name: string, kinds: readonly OriginalFileNames[]): boolean {
  if (name === savedOffsetsFile) return false;
  return kinds.some(
    ({ prefix, extension }) =>
      (prefix !== '' && name.startsWith(prefix)) || (extension !== '' && name.endsWith(extension)),
  );
}

async function namesIn(folder: string): Promise<Result<readonly string[]>> {
  try {
    return succeed((await readdir(folder)).sort());
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOENT')
      return fail(
        'no-such-folder',
        `There is no folder ${folder}.`,
        'Check the name; the originals use ~/.ros/cwlogs.',
      );
    if (code === 'ENOTDIR')
      return fail('no-such-folder', `${folder} is no folder.`, 'Name the folder that holds the file.');
    return fail('unreadable', `${folder} cannot be read (${String(error)}).`, 'Give yourself the right to read it.');
  }
}

async function isFile(place: string): Promise<boolean> {
  return await stat(place).then(
    (facts) => facts.isFile(),
    () => false,
  );
}

async function nothingFound(
  folder: string,
  kinds: readonly OriginalFileNames[],
  names: readonly string[],
): Promise<Result<never>> {
  const wanted = [...new Set(kinds.map(({ prefix, extension }) => `${prefix}*${extension}`))].join(' or ');
  const below: string[] = [];
  for (const name of names) {
    const inside = await readdir(path.join(folder, name)).catch(() => []);
    if (inside.some((file) => partsOf(file, kinds) !== null)) below.push(path.join(folder, name));
  }
  const nextStep =
    below.length > 0
      ? `There are some in ${below.join(' and ')}: import ${below.length === 1 ? 'that' : 'these, one after the other'}.`
      : 'Check the folder, and file_prefix and file_extension in the robot file.';
  return fail('nothing-to-import', `${folder} holds no cache files of the original nodes (${wanted}).`, nextStep);
}

function compare<T extends string | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
