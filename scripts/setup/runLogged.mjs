// @ts-check
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { SetupError } from './SetupError.mjs';
import { logsDir } from './paths.mjs';

const lastLinesMax = 15;
const lineCharactersMax = 300;
const killGraceMs = 3000;

/**
 * @typedef {object} RunOptions
 * @property {string} log name of the log file under `.cache/logs` (without `.log`); it is appended to
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} [timeLimitMs] the command is ended after this long
 * @property {string} [what] how to name the command in an error
 * @property {string} [nextStep] what a person should do when it fails
 */

/**
 * Runs a command to its end with its output in a log file. Resolves to its standard output (the last megabyte at most).
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} options
 * @returns {Promise<string>}
 * @throws {SetupError} when it cannot start, fails, or takes too long
 */
export function runLogged(command, args, options) {
  mkdirSync(logsDir, { recursive: true });
  const logPath = path.join(logsDir, `${options.log}.log`);
  const log = createWriteStream(logPath, { flags: 'a' });
  log.write(`\n$ ${[command, ...args].join(' ')}\n`);

  return new Promise((resolve, reject) => {
    // A group of its own, so that a time limit also ends what the command itself started.
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const tail = new OutputTail();
    let timedOut = false;
    const limit = options.timeLimitMs
      ? setTimeout(() => {
          timedOut = true;
          endGroup(child.pid);
        }, options.timeLimitMs)
      : undefined;
    const forwardInterrupt = () => endGroup(child.pid);
    process.once('exit', forwardInterrupt);
    child.stdout.on('data', (chunk) => {
      log.write(chunk);
      tail.add(chunk, true);
    });
    child.stderr.on('data', (chunk) => {
      log.write(chunk);
      tail.add(chunk, false);
    });

    /** @param {string} reason */
    const fail = (reason) =>
      reject(
        new SetupError(`${options.what ?? path.basename(command)} ${reason}.`, {
          lastLines: tail.lastLines(),
          logPath,
          ...(options.nextStep ? { nextStep: options.nextStep } : {}),
        }),
      );
    let finished = false;
    /** @param {() => void} settle */
    const finish = (settle) => {
      if (finished) return;
      finished = true;
      clearTimeout(limit);
      process.off('exit', forwardInterrupt);
      log.end();
      settle();
    };
    child.once('error', (error) => finish(() => fail(`could not be started (${error.message})`)));
    child.once('close', (code, signal) =>
      finish(() => {
        if (timedOut) fail(`was ended after ${(options.timeLimitMs ?? 0) / 1000} s without finishing`);
        else if (code !== 0) fail(signal ? `was ended by ${signal}` : `failed with exit code ${code}`);
        else resolve(tail.standardOutput);
      }),
    );
  });
}

/** @param {number | undefined} pid leader of a process group started here */
function endGroup(pid) {
  if (pid === undefined) return;
  signalGroup(pid, 'SIGTERM');
  setTimeout(() => signalGroup(pid, 'SIGKILL'), killGraceMs).unref();
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // Already gone.
  }
}

/** Keeps the end of what a command wrote, bounded. */
class OutputTail {
  static bytesMax = 1_000_000;
  standardOutput = '';
  #both = '';

  /**
   * @param {Buffer} chunk
   * @param {boolean} isStandardOutput
   */
  add(chunk, isStandardOutput) {
    const text = chunk.toString('utf8');
    this.#both = (this.#both + text).slice(-OutputTail.bytesMax);
    if (isStandardOutput) this.standardOutput = (this.standardOutput + text).slice(-OutputTail.bytesMax);
  }

  /** @returns {string[]} */
  lastLines() {
    return this.#both
      .split(/[\r\n]+/)
      .map((line) => line.trimEnd().slice(0, lineCharactersMax))
      .filter((line) => line !== '')
      .slice(-lastLinesMax);
  }
}
