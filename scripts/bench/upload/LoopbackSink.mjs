// @ts-check
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/**
 * @typedef {object} Received
 * @property {number} requests that carried events or data
 * @property {number} records events or data
 * @property {number} bytes of the bodies, as they came over the wire
 * @property {number} otherRequests that made groups, streams and the like
 */

/** A CloudWatch that takes everything as fast as it comes, in a process of its own: it answers first and counts afterwards. */
export class LoopbackSink {
  /** @type {import('node:child_process').ChildProcess} */
  #child;
  url = '';

  /** @param {readonly string[]} args a server's address: it answers, then */
  constructor(args = []) {
    this.#child = fork(path.join(import.meta.dirname, 'workers', 'sink.mjs'), [...args]);
  }

  async start() {
    const [{ url }] = await once(this.#child, 'message');
    this.url = url;
  }

  /** What came since the last call. @returns {Promise<Received>} */
  async received() {
    const answer = once(this.#child, 'message');
    this.#child.send('received');
    const [received] = await answer;
    return received;
  }

  async stop() {
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }
}
