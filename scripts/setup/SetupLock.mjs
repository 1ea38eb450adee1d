// @ts-check
/**
 * Lets one set-up run in a clone at a time: the command line, the app and the tests may start one each at the same moment.
 * The lock is a file that names its owner; that of a process which is gone is taken over.
 */
import { accessSync, closeSync, constants, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError } from './SetupError.mjs';
import { cacheDir } from './paths.mjs';

const lockPath = path.join(cacheDir, 'setup.lock');
const retryEveryMs = 100;
const waitMsMax = 30 * 60_000;

/**
 * @template T
 * @param {import('./Reporter.mjs').Reporter} reporter
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withSetupLock(reporter, work) {
  // In a clone that another user set up, all must be in place already, and there is nothing to guard.
  if (!isWritable()) return work();
  await acquire(reporter);
  const release = () => rmSync(lockPath, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function isWritable() {
  try {
    mkdirSync(cacheDir, { recursive: true });
    accessSync(cacheDir, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {import('./Reporter.mjs').Reporter} reporter */
async function acquire(reporter) {
  const giveUpAtMs = Date.now() + waitMsMax;
  let told = false;
  while (!tryCreate()) {
    const owner = readOwner();
    if (owner !== null && !isAlive(owner)) {
      rmSync(lockPath, { force: true });
      continue;
    }
    if (Date.now() > giveUpAtMs) {
      throw new SetupError(`Another set-up (process ${owner}) has been running for ${waitMsMax / 60_000} minutes.`);
    }
    if (!told && owner !== null) reporter.line('set-up', `waiting for another set-up (process ${owner})`);
    told = true;
    await sleep(retryEveryMs);
  }
}

function tryCreate() {
  try {
    const file = openSync(lockPath, 'wx');
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @returns {number | null} null while its owner is still writing it */
function readOwner() {
  try {
    const pid = Number(readFileSync(lockPath, 'utf8'));
    return pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
