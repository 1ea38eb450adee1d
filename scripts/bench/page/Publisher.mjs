// @ts-check
/** The tests' own rclpy publisher, at a rate, until it is stopped. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { rootDir, toolchainPath } from '../../setup/paths.mjs';

const file = path.join(rootDir, 'e2e', 'peers', 'rosout_publisher.py');
const startTimeLimitMs = 60_000;

export class Publisher {
  #child;

  /** @param {import('node:child_process').ChildProcess} child */
  constructor(child) {
    this.#child = child;
  }

  /** @param {{ domainId: number, ratePerS: number }} options */
  static async start({ domainId, ratePerS }) {
    const { ros } = JSON.parse(readFileSync(toolchainPath, 'utf8'));
    const args = [
      '--domain',
      String(domainId),
      '--count',
      '0',
      '--rate',
      String(ratePerS),
      '--wait-for-subscribers',
      '1',
    ];
    const child = spawn(ros.python, [file, '--exit-with-stdin', ...args], {
      env: { ...process.env, ...ros.env, ROS_AUTOMATIC_DISCOVERY_RANGE: 'LOCALHOST' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const started = new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        reject(new Error('the publisher found no subscriber'));
      }, startTimeLimitMs);
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (!line.includes('"started"')) return;
        clearTimeout(limit);
        resolve(undefined);
      });
    });
    await started;
    return new Publisher(child);
  }

  async stop() {
    const closed = once(this.#child, 'close');
    this.#child.stdin?.end();
    await closed;
  }
}
