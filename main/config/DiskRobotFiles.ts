import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { constants, mkdir, open, readdir, realpath, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ConfigIssue } from '../model/ConfigIssue.js';
import { fail, succeed } from '../model/Problem.js';
import type { Problem, Result } from '../model/Problem.js';
import { fleetName, isRobotFileName } from '../model/fleetFile.js';
import { isRobotName } from '../model/RobotName.js';
import type { CheckedText, FleetFile, RobotFile, RobotFiles, RobotFileVersion } from '../seams/RobotFiles.js';
import { RobotFileHistory } from './RobotFileHistory.js';
import { textBytesMax } from './text/composeYaml.js';
import { type DecodedText, decodeText } from './decodeText.js';
import { FolderWatch } from './FolderWatch.js';
import { parseWithFleet } from './parseWithFleet.js';
import { parseRobotFile } from './text/parseRobotFile.js';
import { syncFolder, writeFileDurably } from './writeFileDurably.js';

const ending = '.yaml';
const newFileMode = 0o644;

function revisionOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function describeDiskError(error: unknown, file: string): { readonly ok: false; readonly problem: Problem } {
  const words: Readonly<Record<string, string>> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the disk is read-only',
    ENOSPC: 'the disk is full',
    EISDIR: 'it is a folder',
  };
  const code = codeOf(error);
  const reason = words[code] ?? (error instanceof Error ? error.message : String(error));
  const problem = code === 'ENOSPC' ? 'disk-full' : 'unreadable';
  return fail(problem, `${file}: ${reason}.`, 'Mend the file or its folder, then try again.');
}

/**
 * The robot files of one folder: `NAME.yaml`, names by isRobotName, and `@fleet.yaml` below them all. Texts are kept byte for byte. Writes of this process
 * go one after the other; against other writers the revision is checked last before the file takes its name, which leaves
 * a moment of microseconds that no file system closes.
 */
export class DiskRobotFiles implements RobotFiles {
  private writing: Promise<unknown> = Promise.resolve();
  private readonly past: RobotFileHistory;

  constructor(private readonly folder: string) {
    this.past = new RobotFileHistory(path.join(folder, '.history'));
  }

  async list(): Promise<readonly string[]> {
    return robotNamesIn(await readdir(this.folder).catch((): string[] => []));
  }

  async read(name: string): Promise<Result<RobotFile>> {
    return isRobotFileName(name) ? await readWithFleet(name, this.pathOf(name)) : badName(name);
  }

  async check(name: string, text: string): Promise<CheckedText> {
    return checkText(name, text, await readFleet(this.folder, name));
  }

  async write(name: string, text: string, revision: string | null): Promise<Result<RobotFile>> {
    return await this.inTurn(() => this.writeNow(name, text, revision));
  }

  async remove(name: string): Promise<Result<void>> {
    if (!isRobotName(name)) return badName(name);
    return await this.inTurn(async () => {
      try {
        await rm(this.pathOf(name));
        await syncFolder(this.folder);
        return succeed(undefined);
      } catch (error) {
        return codeOf(error) === 'ENOENT' ? noSuchRobot(name) : describeDiskError(error, this.pathOf(name));
      }
    });
  }

  async history(name: string): Promise<readonly RobotFileVersion[]> {
    return isRobotFileName(name) ? await this.past.list(name) : [];
  }

  async version(name: string, id: number): Promise<Result<string>> {
    const text = isRobotFileName(name) ? await this.past.read(name, id) : null;
    if (text !== null) return succeed(text);
    return fail('no-such-version', `${name} has no version ${id}.`, 'See the history again: the oldest go first.');
  }

  /** Puts the text that is on disk now into the history, for instance after an edit by another hand. */
  async remember(name: string): Promise<void> {
    await this.inTurn(async () => {
      const bytes = isRobotFileName(name) ? await readBounded(this.pathOf(name)) : null;
      if (bytes?.ok === true) await this.rememberBytes(name, bytes.value);
    });
  }

  watch(listener: (name: string) => void): () => void {
    const watch = new FolderWatch(this.folder, () => this.signatures(), listener);
    return () => {
      watch.stop();
    };
  }

  private async writeNow(name: string, text: string, revision: string | null): Promise<Result<RobotFile>> {
    if (!isRobotFileName(name)) return badName(name);
    const checked = await this.check(name, text);
    const refusal = refusalOf(name, checked) ?? (name === fleetName ? await this.refusalByRobots(text) : null);
    if (refusal !== null) return fail('bad-yaml', refusal, 'Mend it; the last good file stays in force.');
    const file = this.pathOf(name);
    try {
      await mkdir(this.folder, { recursive: true });
      const before = await readBounded(file);
      if (!before.ok && before.problem.code !== 'no-such-robot') return before;
      if ((before.ok ? revisionOf(before.value) : null) !== revision) return changedOutside(name, revision);
      if (before.ok) await this.rememberBytes(name, before.value);
      // A link to a file elsewhere, for instance in a repository, stays a link.
      const place = before.ok ? await realpath(file) : file;
      const mode = before.ok ? (await stat(place)).mode & 0o777 : newFileMode;
      await writeFileDurably(place, Buffer.from(text), { exclusive: !before.ok, mode });
      await this.rememberBytes(name, Buffer.from(text));
    } catch (error) {
      return codeOf(error) === 'EEXIST' ? changedOutside(name, revision) : describeDiskError(error, file);
    }
    return succeed({ name, path: file, text, revision: revisionOf(Buffer.from(text)), ...checked });
  }

  /** A fleet's text must suit every robot whose file is valid now. Null: it does. */
  private async refusalByRobots(text: string): Promise<string | null> {
    const fleet = fleetFileOf(this.pathOf(fleetName), Buffer.from(text));
    for (const name of await this.list()) {
      const now = await this.read(name);
      if (!now.ok || now.value.config === null) continue;
      const refusal = refusalOf(name, checkText(name, now.value.text, fleet));
      if (refusal !== null) return `A robot could not use it. ${refusal}`;
    }
    return null;
  }

  /** A history that cannot be written keeps nobody from mending a robot. */
  private async rememberBytes(name: string, bytes: Uint8Array): Promise<void> {
    await this.past.remember(name, bytes, Date.now()).catch(() => undefined);
  }

  /** What tells one version of a file from the next, cheaply. */
  private signatures(): ReadonlyMap<string, string> {
    const signatures = new Map<string, string>();
    for (const name of [...this.listNow(), fleetName]) {
      const facts = statSync(this.pathOf(name), { bigint: true, throwIfNoEntry: false });
      if (facts !== undefined) signatures.set(name, `${facts.mtimeNs} ${facts.size} ${facts.ino}`);
    }
    return signatures;
  }

  private listNow(): readonly string[] {
    try {
      return robotNamesIn(readdirSync(this.folder));
    } catch {
      return []; // a folder that is not there holds no robots
    }
  }

  private pathOf(name: string): string {
    return path.join(this.folder, `${name}${ending}`);
  }

  private async inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.writing.then(action);
    this.writing = turn.catch(() => undefined);
    return await turn;
  }
}

function robotNamesIn(fileNames: readonly string[]): readonly string[] {
  return fileNames
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length))
    .filter(isRobotName)
    .sort();
}

/** Reads a robot file that lies anywhere, for instance one that is named on the command line, with the fleet's file beside it. */
export async function readRobotFileAt(file: string): Promise<Result<RobotFile>> {
  const name = path.basename(file).replace(/\.ya?ml$/, '');
  return isRobotFileName(name) ? await readWithFleet(name, path.resolve(file)) : badName(name);
}

/** The text of a file that lies anywhere, within the size of a robot file; with an issue when its bytes are no text. */
export async function readRobotTextAt(file: string): Promise<Result<DecodedText>> {
  const bytes = await readBounded(path.resolve(file));
  return bytes.ok ? succeed(decodeText(bytes.value)) : bytes;
}

async function readWithFleet(name: string, file: string): Promise<Result<RobotFile>> {
  const bytes = await readBounded(file);
  if (!bytes.ok) return bytes;
  const fleet = await readFleet(path.dirname(file), name);
  const { text, issue } = decodeText(bytes.value);
  const checked = issue === null ? checkText(name, text, fleet) : { issues: [issue], config: null, fleet };
  return succeed({ name, path: file, text, revision: revisionOf(bytes.value), ...checked });
}

/** Null when there is none, and below the fleet's file itself. One that is there and cannot be read is a file with an error. */
async function readFleet(folder: string, name: string): Promise<FleetFile | null> {
  if (name === fleetName) return null;
  const file = path.join(folder, `${fleetName}${ending}`);
  const bytes = await readBounded(file);
  if (bytes.ok) return fleetFileOf(file, bytes.value);
  if (bytes.problem.code === 'no-such-robot') return null;
  const place = { line: 1, column: 1, endLine: 1, endColumn: 1 };
  return { path: file, text: '', issues: [{ ...place, severity: 'error', message: bytes.problem.message, fix: null }] };
}

function fleetFileOf(file: string, bytes: Uint8Array): FleetFile {
  const { text, issue } = decodeText(bytes);
  return { path: file, text, issues: issue === null ? parseRobotFile(fleetName, text).issues : [issue] };
}

function checkText(name: string, text: string, fleet: FleetFile | null): CheckedText {
  const { issues, config } = parseWithFleet(name, text, fleet);
  return { issues, config: hasError(fleet?.issues ?? []) ? null : config, fleet };
}

function hasError(issues: readonly ConfigIssue[]): boolean {
  return issues.some(({ severity }) => severity === 'error');
}

/** Which file is wrong, and where; null when none is. */
export function refusalOf(name: string, { issues, config, fleet }: CheckedText): string | null {
  for (const [file, found] of [
    [name, issues],
    [fleetName, fleet?.issues ?? []],
  ] as const) {
    const first = found.find(({ severity }) => severity === 'error');
    if (first !== undefined) {
      return `${file}${ending} is not valid. Line ${first.line}, column ${first.column}: ${first.message}.`;
    }
  }
  return config === null ? `${name}${ending} is not valid.` : null;
}

/** Never more than the limit, whatever the file says of its size. */
async function readBounded(file: string): Promise<Result<Uint8Array>> {
  try {
    // Without waiting: a pipe of that name would otherwise hold us until somebody writes to it.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!(await handle.stat()).isFile()) return fail('unreadable', `${file} is no file.`, 'Name a robot file.');
      const buffer = Buffer.alloc(textBytesMax + 1);
      let length = 0;
      for (;;) {
        const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
        length += bytesRead;
        if (bytesRead === 0 || length === buffer.length) break;
      }
      if (length <= textBytesMax) return succeed(buffer.subarray(0, length));
      return fail('too-large', `${file} is larger than ${textBytesMax} bytes.`, 'This is no robot file.');
    } finally {
      await handle.close();
    }
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? noSuchFile(file) : describeDiskError(error, file);
  }
}

type Failure = ReturnType<typeof fail>;

function badName(name: string): Failure {
  const rule = 'Use letters, digits, ".", "_" and "-", at most 64, not beginning with a dot.';
  return fail('bad-name', `${JSON.stringify(name.slice(0, 80))} is no robot name.`, rule);
}

function noSuchRobot(name: string): Failure {
  return fail('no-such-robot', `There is no robot file ${name}${ending}.`, 'See the list of robots.');
}

function noSuchFile(file: string): Failure {
  return fail('no-such-robot', `${file} is not there.`, 'Check the name; `tether status` lists the robots.');
}

function changedOutside(name: string, revision: string | null): Failure {
  const what = revision === null ? 'There is already a robot' : 'Someone else has changed or removed';
  return fail('changed-outside', `${what} ${name}${ending}.`, 'Read it again; your text was not written.');
}
