// @ts-check
import { CreateLogGroupCommand, CreateLogStreamCommand } from '@aws-sdk/client-cloudwatch-logs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readToolchain } from '../../setup/toolchain.mjs';
import { logsClient } from './clients.mjs';
import { LoopbackSink } from './LoopbackSink.mjs';
import { group, stream } from './records.mjs';

const startMsMax = 60_000;
const askEveryMs = 200;

/** A real moto server, with a counter in front of it. */
export class MotoSink extends LoopbackSink {
  #moto;

  /**
   * @param {import('node:child_process').ChildProcess} moto
   * @param {string} address
   */
  constructor(moto, address) {
    super([address]);
    this.#moto = moto;
  }

  static async begin() {
    const python = readToolchain()?.peers?.python;
    if (python === undefined) throw new Error('there is no moto here: `npm test` installs it');
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const moto = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
    const limitMs = Date.now() + startMsMax;
    while (!(await answers(address))) {
      if (moto.exitCode !== null || Date.now() > limitMs) throw new Error('moto did not start');
      await sleep(askEveryMs);
    }
    const sink = new MotoSink(moto, address);
    await sink.start();
    const client = logsClient(address);
    await client.send(new CreateLogGroupCommand({ logGroupName: group }));
    await client.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName: stream }));
    client.destroy();
    return sink;
  }

  /** @override */
  async stop() {
    await super.stop();
    const ended = once(this.#moto, 'exit');
    this.#moto.kill('SIGKILL');
    await ended;
  }
}

/** @param {string} address */
async function answers(address) {
  return await fetch(`${address}/moto-api/data.json`).then(
    (response) => response.ok,
    () => false,
  );
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  await new Promise((resolve) => server.close(resolve));
  return address.port;
}
