import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { fail, type Result, succeed } from '../model/Problem.js';
import { diskProblem } from './diskProblem.js';
import { errorCode, type FileSystem, nodeFileSystem, readWhole, removeIfThere, writeNewFile } from './FileSystem.js';

/**
 * `owner.json` says who writes in a cache folder. It comes into being whole, by a hard link that fails when the name is
 * taken. A lock whose process is gone is stale: a process is told from a later one with the same number by the time it
 * started (and the boot it started in).
 */
const ownerSchema = z.object({
  pid: z.number().int(),
  /** Start time from /proc/PID/stat with the boot's id; empty where there is no /proc. */
  started: z.string(),
  /** `Tether window`, `tether record`, ... */
  kind: z.string(),
  /** ISO 8601. */
  since: z.string(),
  controlSocket: z.string().nullable(),
});
export type Owner = z.infer<typeof ownerSchema>;

export const ownerFile = 'owner.json';
const attemptsMax = 10;

/**
 * The locks that this process has or is about to take, by their text. One that bears our number and is not among them
 * was given up on a disk that did not let it go: it is stale, although its process lives.
 */
const ours: string[] = [];

/** The live owner of a cache folder, or null when there is none (no lock, or a stale one). */
export async function readOwner(folder: string, files: FileSystem = nodeFileSystem): Promise<Owner | null> {
  const owner = parseOwner(await readWhole(files, `${folder}/${ownerFile}`).catch(() => null));
  return owner !== null && (await isAlive(owner)) ? owner : null;
}

export interface OwnerLock {
  /** Puts the file back after the folder was gone. */
  restore(): Promise<void>;
  release(): Promise<void>;
}

/** Takes the folder. Refused with `owned` and a sentence that names the live owner. */
export async function takeOwnership(
  folder: string,
  me: { readonly kind: string; readonly controlSocket: string | null; readonly since: string },
  files: FileSystem,
): Promise<Result<OwnerLock>> {
  const owner: Owner = { pid: process.pid, started: await startOf(process.pid), ...me };
  const text = new TextEncoder().encode(`${JSON.stringify(owner)}\n`);
  ours.push(textOf(text));
  const lock = await tryToTake(folder, owner, text, files);
  if (!lock.ok) disown(text);
  return lock;
}

async function tryToTake(folder: string, me: Owner, text: Uint8Array, files: FileSystem): Promise<Result<OwnerLock>> {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    try {
      if (await placeLock(folder, text, files)) return succeed(lockOf(folder, text, files));
      const found = await readWhole(files, `${folder}/${ownerFile}`);
      const holder = parseOwner(found);
      if (holder !== null && !isGivenUp(holder, me, found, text) && (await isAlive(holder)))
        return ownedBy(holder, folder);
      if (found !== null) await setStaleAside(folder, found, files);
    } catch (error) {
      return { ok: false, problem: diskProblem(error, folder) };
    }
  }
  return fail('owned', `Others keep taking ${folder}.`, 'Close the other programs that record this robot.');
}

function isGivenUp(holder: Owner, me: Owner, found: Uint8Array | null, mine: Uint8Array): boolean {
  if (found === null || holder.pid !== me.pid || holder.started !== me.started) return false;
  const same = ours.filter((text) => text === textOf(found)).length;
  return same === (textOf(found) === textOf(mine) ? 1 : 0);
}

function disown(text: Uint8Array): void {
  const place = ours.indexOf(textOf(text));
  if (place >= 0) ours.splice(place, 1);
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function ownedBy(owner: Owner, folder: string): Result<never> {
  return fail(
    'owned',
    `This robot's cache already has an owner: ${owner.kind} (process ${owner.pid}), since ${owner.since}. (${folder})`,
    `Use ${owner.kind}, or close it first.`,
  );
}

/** False when the name is taken. */
async function placeLock(folder: string, text: Uint8Array, files: FileSystem): Promise<boolean> {
  const draft = `${folder}/${ownerFile}.${process.pid}`;
  await removeIfThere(files, draft);
  try {
    await writeNewFile(files, draft, text);
    await files.link(draft, `${folder}/${ownerFile}`);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await removeIfThere(files, draft);
  }
}

/** Someone else may have taken the stale lock's place meanwhile: then theirs is put back. */
async function setStaleAside(folder: string, stale: Uint8Array, files: FileSystem): Promise<void> {
  const aside = `${folder}/${ownerFile}.stale.${process.pid}`;
  try {
    await files.rename(`${folder}/${ownerFile}`, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  const moved = await readWhole(files, aside);
  if (moved !== null && Buffer.compare(moved, stale) !== 0) {
    await files.link(aside, `${folder}/${ownerFile}`).catch(() => undefined);
  }
  await removeIfThere(files, aside);
}

function lockOf(folder: string, text: Uint8Array, files: FileSystem): OwnerLock {
  return {
    restore: async () => {
      await placeLock(folder, text, files);
    },
    release: async () => {
      disown(text);
      const present = await readWhole(files, `${folder}/${ownerFile}`).catch(() => null);
      if (present !== null && Buffer.compare(present, text) === 0) await removeIfThere(files, `${folder}/${ownerFile}`);
    },
  };
}

function parseOwner(bytes: Uint8Array | null): Owner | null {
  if (bytes === null) return null;
  try {
    const parsed = ownerSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

async function isAlive(owner: Owner): Promise<boolean> {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (errorCode(error) !== 'EPERM') return false;
  }
  return owner.started === '' || (await startOf(owner.pid)) === owner.started;
}

/** Field 22 of /proc/PID/stat (see proc_pid_stat(5)) and the boot's id, or empty where the system has no such file. */
async function startOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field, the command in parentheses, may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A process that ended and was not waited for yet (Z) owns nothing any more.
    const started = fields[0] === 'Z' ? 'ended' : (fields[19] ?? '');
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
    return `${started} ${boot.trim()}`.trim();
  } catch {
    return '';
  }
}
