import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { type Problem, type Result, succeed } from '../../model/Problem.js';

/** A workspace of some hundred packages takes a few seconds on a slow disk. */
export const sourcingMsMax = 30_000;
const outputLengthMax = 4 * 1024 * 1024;
/** What a setup script itself says goes to stderr, so that the environment alone is on stdout; its stdin is empty. */
const sourcing = 'for script in "$@"; do . "$script" >&2 || { echo "$script" >&2; exit 97; }; done; exec env -0';

/**
 * The environment of a shell in which the scripts were sourced, one after the other, over `environment` alone: neither the
 * user's own start-up files nor what this process inherited takes part.
 * Problems: `setup-failed`, `setup-hung`, `no-bash`.
 */
export async function sourceScripts(
  scripts: readonly string[],
  environment: Readonly<Record<string, string>>,
  how: { readonly signal?: AbortSignal; readonly timeoutMs?: number } = {},
): Promise<Result<Readonly<Record<string, string>>>> {
  const timeoutMs = how.timeoutMs ?? sourcingMsMax;
  // In a process group of its own, so that what a script has started ends with it.
  const child = spawn('bash', ['--noprofile', '--norc', '-c', sourcing, 'tether', ...scripts], {
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = (): void => {
    child.stdout.destroy();
    child.stderr.destroy();
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, timeoutMs);
  how.signal?.addEventListener('abort', end, { once: true });
  const stdout = textOf(child.stdout, end);
  const stderr = textOf(child.stderr, end);
  const code = await new Promise<number | string | null>((resolve) => {
    child.on('error', (error) => {
      resolve((error as NodeJS.ErrnoException).code ?? error.message);
    });
    child.on('close', resolve);
  });
  clearTimeout(timer);
  how.signal?.removeEventListener('abort', end);
  if (code === 0) return succeed(variablesOf(stdout.text));
  return { ok: false, problem: problemOf(scripts, { code, isLate, stderr: stderr.text, timeoutMs }) };
}

function textOf(stream: Readable, tooMuch: () => void): { readonly text: string } {
  const said = { text: '' };
  stream.setEncoding('utf8').on('data', (part: string) => {
    said.text += part;
    if (said.text.length > outputLengthMax) tooMuch();
  });
  return said;
}

function problemOf(
  scripts: readonly string[],
  end: { readonly code: unknown; readonly isLate: boolean; readonly stderr: string; readonly timeoutMs: number },
): Problem {
  const names = scripts.join(', then ');
  const nextStep = `Source it in a terminal to see more: . ${scripts.join(' && . ')}`;
  if (end.code === 'ENOENT') {
    const message = 'bash is not on this laptop, so nothing can be sourced';
    return { code: 'no-bash', message, nextStep: 'Install bash.' };
  }
  if (end.isLate) {
    const message = `sourcing ${names} took longer than ${end.timeoutMs / 1000} s`;
    return { code: 'setup-hung', message, nextStep };
  }
  const lines = end.stderr.trim().split('\n');
  const words = lines.filter((line) => !scripts.includes(line)).at(-1) ?? '';
  const which = scripts.findLast((script) => lines.includes(script)) ?? names;
  const message = `${which} could not be sourced${words === '' ? '' : `: ${words}`}`;
  return { code: 'setup-failed', message, nextStep };
}

function variablesOf(text: string): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const entry of text.split('\0')) {
    const middle = entry.indexOf('=');
    if (middle > 0) variables[entry.slice(0, middle)] = entry.slice(middle + 1);
  }
  return variables;
}
