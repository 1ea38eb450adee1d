// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A process that tells of itself in JSON lines with an `event`, takes words on its stdin, and ends when that closes. */
export class Peer {
  #child;
  /** @type {Record<string, unknown>[]} */
  #events = [];
  /** @type {(() => void)[]} */
  #waiting = [];
  #lastWords = '';
  #ended = false;

  /**
   * @param {readonly string[]} command
   * @param {NodeJS.ProcessEnv} env
   */
  constructor([program = '', ...args], env) {
    this.#child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.setEncoding('utf8').on('data', (text) => {
      this.#lastWords = (this.#lastWords + text).slice(-2_000);
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      this.#events.push(JSON.parse(line));
      this.#wake();
    });
    this.#child.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /**
   * @param {string} name
   * @returns {Promise<Record<string, unknown>>}
   */
  async event(name) {
    for (;;) {
      const found = this.#events.find((each) => each['event'] === name);
      if (found !== undefined) return found;
      if (this.#ended) throw new Error(`no ${name}: ${this.#lastWords}`);
      await new Promise((resolve) => this.#waiting.push(() => resolve(undefined)));
    }
  }

  /** @param {string} line */
  say(line) {
    this.#child.stdin.write(`${line}\n`);
  }

  async end() {
    if (this.#ended) return;
    const closed = once(this.#child, 'close');
    this.#child.stdin.end();
    const tooLong = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await closed;
    clearTimeout(tooLong);
  }

  #wake() {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
