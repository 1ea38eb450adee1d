// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PeerMissing } from './folder.mjs';

const lastCharactersMax = 600;

/**
 * Runs a step of a peer's set-up to its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: Record<string, string> }} options
 * @throws {PeerMissing} with the command's last words
 */
export async function run(command, args, { cwd, env = {} }) {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      said = (said + text).slice(-lastCharactersMax);
    });
  }
  const code = await Promise.race([
    once(child, 'close').then(([exit]) => exit),
    once(child, 'error').then(([error]) => String(error)),
  ]);
  if (code !== 0)
    throw new PeerMissing(`${command} ${args[0] ?? ''} failed (${code}): ${said.trim().split('\n').at(-1) ?? ''}`);
}
