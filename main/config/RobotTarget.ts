import { spawn } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fail, succeed } from '../model/Problem.js';
import type { Result } from '../model/Problem.js';
import { textBytesMax } from './text/composeYaml.js';
import { writeFileDurably } from './writeFileDurably.js';

/** Where a robot's own nodes read their parameters: a path on this laptop, or one on a host that ssh reaches. */
export type RobotTarget =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'ssh'; readonly host: string; readonly path: string };

const connectSecondsMax = 10;
const sshMsMax = 30_000;

/** `/a/b.yaml`, or `user@host:/a/b.yaml` and `host:~/b.yaml` as scp writes it. Names of `~/.ssh/config` are hosts too. */
export function parseTarget(text: string): Result<RobotTarget> {
  const written = text.trim();
  const [, host, remote] = /^([A-Za-z0-9_][A-Za-z0-9_.@-]*):((?:\/|~\/).+)$/.exec(written) ?? [];
  const isText = !/[\0\n\r]/.test(written);
  if (isText && host !== undefined && remote !== undefined) return succeed({ kind: 'ssh', host, path: remote });
  if (isText && path.isAbsolute(written)) return succeed({ kind: 'path', path: written });
  const nextStep = 'Write /a/file.yaml, or user@robot:/a/file.yaml.';
  return fail('bad-target', `"${written.slice(0, 200)}" is no place that can be written to.`, nextStep);
}

/** The text that is there now; null when there is no file. */
export async function readTarget(target: RobotTarget): Promise<Result<string | null>> {
  if (target.kind === 'ssh') return await readOverSsh(target.host, target.path);
  try {
    const facts = await stat(target.path);
    if (!facts.isFile()) return fail('bad-target', `${target.path} is no file.`, 'Name the parameter file itself.');
    if (facts.size > textBytesMax) return tooLarge(target.path);
    return succeed(await readFile(target.path, 'utf8'));
  } catch (error) {
    return isMissing(error) ? succeed(null) : diskProblem(target.path, error);
  }
}

/** Writes the whole file in one step: it is the old one or the new one, also when the link dies meanwhile. */
export async function writeTarget(target: RobotTarget, text: string): Promise<Result<void>> {
  if (target.kind === 'ssh') return await writeOverSsh(target.host, target.path, text);
  try {
    const mode = await stat(target.path).then(
      (facts) => facts.mode & 0o777,
      () => 0o644,
    );
    await writeFileDurably(target.path, Buffer.from(text), { exclusive: false, mode });
    return succeed(undefined);
  } catch (error) {
    return diskProblem(target.path, error);
  }
}

const missingMark = 'tether: no such file';

async function readOverSsh(host: string, file: string): Promise<Result<string | null>> {
  const quoted = quoteRemote(file);
  const command = `if [ -e ${quoted} ]; then head -c ${textBytesMax + 1} ${quoted}; else echo '${missingMark}' >&2; exit 66; fi`;
  const { code, output, errors } = await ssh(host, command, null);
  if (code === 66 && errors.includes(missingMark)) return succeed(null);
  if (code !== 0) return sshProblem(host, code, errors);
  return output.length > textBytesMax ? tooLarge(file) : succeed(output.toString('utf8'));
}

async function writeOverSsh(host: string, file: string, text: string): Promise<Result<void>> {
  const [quoted, beside] = [quoteRemote(file), quoteRemote(`${file}.tether-tmp`)];
  // The count tells a whole text from one that was cut off: a dying link ends the input like its end does.
  const bytes = Buffer.byteLength(text);
  const command = `cat > ${beside} && [ "$(wc -c < ${beside})" -eq ${bytes} ] && mv ${beside} ${quoted} || { rm -f ${beside}; exit 65; }`;
  const { code, errors } = await ssh(host, command, text);
  return code === 0 ? succeed(undefined) : sshProblem(host, code, errors);
}

/** For the shell on the other side; `~/` stays the home there. */
function quoteRemote(file: string): string {
  const quoted = (part: string): string => `'${part.replaceAll("'", "'\\''")}'`;
  return file.startsWith('~/') ? `"$HOME"/${quoted(file.slice(2))}` : quoted(file);
}

interface SshEnd {
  /** Null when ssh could not be started. */
  readonly code: number | null;
  readonly output: Buffer;
  readonly errors: string;
}

/** The system's own client, with the user's own keys and configuration; it never asks, since nobody could answer. */
async function ssh(host: string, command: string, input: string | null): Promise<SshEnd> {
  const options = ['-o', 'BatchMode=yes', '-o', `ConnectTimeout=${connectSecondsMax}`];
  return await new Promise((resolve) => {
    const child = spawn('ssh', [...options, '--', host, command], { stdio: 'pipe', timeout: sshMsMax });
    const [output, errors]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => {
      resolve({ code: null, output: Buffer.alloc(0), errors: error.message });
    });
    child.on('close', (code) => {
      resolve({
        code: code ?? -1,
        output: Buffer.concat(output),
        errors: Buffer.concat(errors).toString('utf8').trim(),
      });
    });
    child.stdin.end(input ?? '');
  });
}

function sshProblem(host: string, code: number | null, errors: string): ReturnType<typeof fail> {
  if (code === null) return fail('no-ssh', `ssh cannot be started: ${errors}`, 'Install an ssh client.');
  const reason = errors.split('\n').at(-1) ?? '';
  const nextStep = `Try "ssh ${host}" in a terminal: keys and known hosts are those of your own ssh.`;
  if (code === 255) return fail('ssh', `${host} cannot be reached over ssh: ${reason}`, nextStep);
  return fail(
    'ssh',
    `${host}: ${reason || 'the file could not be written whole; the old one is still there'}`,
    nextStep,
  );
}

function tooLarge(file: string): ReturnType<typeof fail> {
  return fail('too-large', `${file} is larger than ${textBytesMax} bytes.`, 'This is no robot file.');
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function diskProblem(file: string, error: unknown): ReturnType<typeof fail> {
  const reason = error instanceof Error ? error.message : String(error);
  return fail('unwritable', `${file}: ${reason}`, 'Check the folder and its permissions.');
}
