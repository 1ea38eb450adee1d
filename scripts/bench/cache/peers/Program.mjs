// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PeerMissing } from './folder.mjs';

const endGraceMs = 5000;
const wordsMax = 2000;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A program that is measured. It is ended by its own process, never by name. */
export class Program {
  #child;
  #exited;
  #words = '';

  /**
   * @param {string} file
   * @param {readonly string[]} args
   * @param {Record<string, string>} [env]
   */
  constructor(file, args, env = {}) {
    this.#child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        this.#words = (this.#words + text).slice(-wordsMax);
      });
    }
    const child = this.#child;
    running.add(child);
    child.once('exit', () => running.delete(child));
    this.#exited = Promise.race([once(this.#child, 'exit'), once(this.#child, 'error')]);
  }

  /** Throws with the program's last words when it does not run any more. */
  check() {
    if (this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid !== undefined) return;
    throw new PeerMissing(`it ended by itself: ${this.#words.trim().split('\n').at(-1) ?? ''}`);
  }

  async end() {
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), endGraceMs);
    await this.#exited;
    clearTimeout(late);
  }
}
