// @ts-check
/** A display for machines without one: Xvfb, started on a number that it finds free itself and stopped by its process id. */
import { spawn } from 'node:child_process';
import { SetupError } from './SetupError.mjs';

const screen = '1440x900x24';
const startTimeLimitMs = 10_000;

/** Whether windows can be opened as things are. */
export function hasDisplay() {
  return Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

/**
 * @returns {Promise<{ display: string, stop: () => void }>} `display` is for the variable DISPLAY; `stop` may be called twice
 */
export function startDisplay() {
  return new Promise((resolve, reject) => {
    const args = ['-displayfd', '3', '-screen', '0', screen, '-nolisten', 'tcp', '-noreset'];
    const xvfb = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    const stop = () => {
      process.off('exit', stop);
      xvfb.kill('SIGTERM');
    };
    process.once('exit', stop);
    /** @param {string} reason */
    const fail = (reason) => {
      clearTimeout(limit);
      stop();
      reject(
        new SetupError(`There is no display, and the virtual one ${reason}.`, {
          nextStep: 'Install the packages xvfb and xauth, or start from a desktop.',
        }),
      );
    };
    const limit = setTimeout(() => fail('did not come up'), startTimeLimitMs);
    xvfb.once('error', (error) => fail(`could not be started (${error.message})`));
    xvfb.once('exit', () => fail('ended at once'));
    let number = '';
    xvfb.stdio[3]?.on('data', (chunk) => {
      number += chunk;
      if (!number.endsWith('\n')) return;
      clearTimeout(limit);
      xvfb.removeAllListeners('exit');
      xvfb.unref();
      resolve({ display: `:${number.trim()}`, stop });
    });
  });
}
