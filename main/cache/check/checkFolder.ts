import { asideFolder, segmentsFolder } from '../cacheFolder.js';
import { errorCode, type FileSystem, readWhole } from '../FileSystem.js';
import { type Owner, ownerFile } from '../OwnerLock.js';
import { ledgerFile } from '../readLedger.js';
import { parseSegmentName } from '../SegmentName.js';
import { type Finding, nothingLostStep } from './Finding.js';

const ownFiles: ReadonlySet<string> = new Set([
  ownerFile,
  ledgerFile,
  'ballast',
  // The uploader's (main/upload/intents): requests without an answer.
  'intents.jsonl',
  segmentsFolder,
  asideFolder,
]);
/** Files that Tether makes under another name first; a crash can leave them. */
const draftPattern = /\.(new|partial)$|^owner\.json\.(stale\.)?\d+$/;

export interface FolderCheck {
  readonly findings: readonly Finding[];
  /** Files with bytes that were set aside before. */
  readonly asideFiles: number;
}

/** Looks for what is not part of the format: left-overs of a crash, files of somebody else, a lock without its owner. */
export async function checkFolder(files: FileSystem, folder: string, owner: Owner | null): Promise<FolderCheck> {
  const root = await listIfThere(files, folder);
  const segments = await listIfThere(files, `${folder}/${segmentsFolder}`);
  const aside = await listIfThere(files, `${folder}/${asideFolder}`);
  const strange = [
    ...root.filter((name) => !ownFiles.has(name)),
    ...segments.filter((name) => parseSegmentName(name) === null).map((name) => `${segmentsFolder}/${name}`),
    ...aside.filter((name) => draftPattern.test(name)).map((name) => `${asideFolder}/${name}`),
  ];
  // While its owner lives, a draft is being written.
  const shown = strange.filter((name) => owner === null || !isDraft(name));
  const findings = shown.map((name) => (isDraft(name) ? leftOver(name) : foreignFile(name)));
  if (owner === null && root.includes(ownerFile)) findings.push(await staleLock(files, folder));
  return { findings, asideFiles: aside.filter((name) => !draftPattern.test(name)).length };
}

/** The name's last part decides. */
export function isDraft(name: string): boolean {
  return draftPattern.test(name.slice(name.lastIndexOf('/') + 1));
}

function leftOver(file: string): Finding {
  const words = 'A left-over of a write that a crash cut short. Nothing in it was ever believed.';
  return { code: 'left-over', file, position: null, length: null, words, nextStep: nothingLostStep };
}

function foreignFile(file: string): Finding {
  const words = 'This file is not one of the cache: Tether neither reads nor removes it, and does not count its size.';
  return { code: 'foreign-file', file, position: null, length: null, words, nextStep: 'Move it elsewhere.' };
}

async function staleLock(files: FileSystem, folder: string): Promise<Finding> {
  const text = new TextDecoder().decode((await readWhole(files, `${folder}/${ownerFile}`)) ?? new Uint8Array(0));
  const pid = /"pid":(\d+)/.exec(text)?.[1];
  const words =
    pid === undefined
      ? 'The lock cannot be read, so it keeps nobody out.'
      : `The lock is of a process that is gone (${pid}): it was killed, or the power failed.`;
  const nextStep = 'Nothing is lost: whoever opens the cache next takes the lock over.';
  return { code: 'stale-lock', file: ownerFile, position: null, length: null, words, nextStep };
}

async function listIfThere(files: FileSystem, folder: string): Promise<readonly string[]> {
  try {
    return await files.list(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
