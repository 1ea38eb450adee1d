import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../main/ros/freePort.test-support.js';
import { readToolchain } from './readToolchain.js';

const startMsMax = 60_000;

/** A real moto server: a CloudWatch that this project did not write. */
export class MotoServer {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(port: number) {
    this.url = `http://127.0.0.1:${port}`;
    const args = ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)];
    this.#child = spawn(readToolchain().peers.python, args, { stdio: 'ignore' });
  }

  static async start(): Promise<MotoServer> {
    const server = new MotoServer(await freePort());
    const limitMs = Date.now() + startMsMax;
    while (!(await server.#answers())) {
      if (server.#child.exitCode !== null || Date.now() > limitMs) throw new Error('moto did not start');
      await sleep(100);
    }
    return server;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  async #answers(): Promise<boolean> {
    return await fetch(`${this.url}/moto-api/data.json`).then(
      (response) => response.ok,
      () => false,
    );
  }
}
