// @ts-check
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { engineV8Flags } from '../../../build/main/engine/engineV8Flags.js';

export const workersFolder = path.join(path.dirname(fileURLToPath(import.meta.url)), 'workers');

/** Where `--profile` wants the CPU profiles of the workers; set once by the entry. */
export const profiling = { folder: '' };

/**
 * A process of its own for something that is measured, so that memory and event loop are those of the work alone. It gets
 * one task at a time and answers each with one message: `{ value }` or `{ error }`.
 */
export class Worker {
  #child;
  #name;
  /** @type {Promise<unknown>} */
  #exited;

  /**
   * @param {string} name a file of `workers/`
   * @param {readonly string[]} args
   * @param {string} place the folder that the file is in
   * @param {readonly string[]} v8Flags those of the engine's own processes; none for a peer
   */
  constructor(name, args = [], place = workersFolder, v8Flags = engineV8Flags) {
    this.#name = [name, ...args].join(' ');
    const { folder } = profiling;
    const file = `${[name, ...args]
      .join('-')
      .replace(/[^\w-]+/g, '_')
      .slice(-60)}-${Date.now()}.cpuprofile`;
    const profile = folder === '' ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${file}`];
    const execArgv = [...v8Flags, ...profile];
    this.#child = fork(path.join(place, `${name}.mjs`), [...args], { execArgv, serialization: 'advanced' });
    this.#exited = once(this.#child, 'exit');
  }

  /**
   * @param {unknown} task
   * @returns {Promise<any>} what the worker says of its own shape
   */
  async ask(task) {
    const child = this.#child;
    const answer = once(child, 'message');
    child.send(/** @type {import('node:child_process').Serializable} */ (task));
    const first = await Promise.race([answer, this.#exited.then(() => null)]);
    if (first === null) throw new Error(`${this.#name} ended with code ${child.exitCode}, signal ${child.signalCode}`);
    const [{ value, error }] = first;
    if (error !== undefined) throw new Error(error);
    return value;
  }

  /** Ends it as a crash would, without giving it a chance to tidy up. */
  async crash() {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  async end() {
    if (this.#child.connected) this.#child.disconnect();
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 20_000);
    await this.#exited;
    clearTimeout(late);
  }
}

/**
 * One worker for one task.
 * @param {string} name
 * @param {unknown} task
 * @param {string} [place] the folder that its file is in
 * @param {readonly string[]} [v8Flags] as a `Worker` takes them
 */
export async function runWorker(name, task, place = workersFolder, v8Flags = engineV8Flags) {
  const worker = new Worker(name, [], place, v8Flags);
  try {
    return await worker.ask(task);
  } finally {
    await worker.end();
  }
}
