// @ts-check
/**
 * What is measured: each receives the numbered lines of one publisher and says how old each was when it arrived.
 * @typedef {Record<string, readonly number[]>} Ages milliseconds since the publisher's stamp, of each message, by the place where it was looked at
 * @typedef {{ toolchain: any, env: NodeJS.ProcessEnv, domainId: number, display: string | null,
 *   publish: () => Promise<readonly number[]> }} Ground `publish` resolves with the stamps when all was sent and acknowledged
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Peer } from '../ingest/Peer.mjs';
import { startPlain } from '../charts/startPlain.mjs';
import { BenchPage } from '../page/BenchPage.mjs';
import { fillCache } from '../page/fillCache.mjs';
import { watchDrawn } from './watchDrawn.mjs';

/** The last lines may still be on their way to the screen. */
const lastLinesMs = 1_000;
/** Enough for a list that is full from the beginning. */
const rowsBefore = 2_000;

/** The app as it is started by a person, its window on the log desk, its cache on.
 * @param {Ground} ground
 * @returns {Promise<Ages>}
 */
export async function app({ domainId, display, publish }) {
  const home = await mkdtemp(path.join(os.tmpdir(), 'tether-bench-pixel-'));
  try {
    await fillCache({ home, rows: rowsBefore, domainId });
    const page = await BenchPage.launch({ home, display });
    try {
      return await agesDrawn(page, '[data-testid="log-row"] .log-message', publish);
    } finally {
      await page.close();
    }
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** The same host, and the same Electron with a page that does the least.
 * @param {Ground} ground
 * @returns {Promise<Ages>}
 */
export async function plain({ toolchain, env, domainId, display, publish }) {
  const feed = new Peer(
    [
      ...[process.execPath, '--experimental-require-module'],
      ...[path.join(import.meta.dirname, 'plainFeed.mjs'), String(domainId)],
    ],
    env,
  );
  try {
    const { port } = await feed.event('port');
    await feed.event('ready');
    const electron = await startPlain(toolchain.electron, {
      ...(display === null ? {} : { DISPLAY: display }),
      TETHER_PLAIN_PAGE: path.join(import.meta.dirname, 'plainLines.html'),
      TETHER_PLAIN_QUERY: `port=${port}`,
    });
    try {
      const page = await electron.firstWindow();
      await page.locator('body[data-open]').waitFor();
      return await agesDrawn(page, '.line', publish);
    } finally {
      await electron.close();
    }
  } finally {
    await feed.end();
  }
}

/** A subscriber's callback in Python: nothing is drawn.
 * @param {Ground} ground
 * @returns {Promise<Ages>}
 */
export async function rclpy({ toolchain, env, publish }) {
  const subscriber = new Peer(
    [toolchain.ros.python, path.join(import.meta.dirname, '..', 'ingest', 'rclpy_subscriber.py'), '--latencies'],
    env,
  );
  try {
    await subscriber.event('ready');
    await publish();
    subscriber.say('report');
    const { agesMs } = await subscriber.event('report');
    return { callback: /** @type {number[]} */ (agesMs) };
  } finally {
    await subscriber.end();
  }
}

/**
 * @param {{ evaluate: BenchPage['evaluate'] }} page the app's or the plain one
 * @param {string} linesSelector
 * @param {Ground['publish']} publish
 */
async function agesDrawn(page, linesSelector, publish) {
  await page.evaluate(watchDrawn, linesSelector);
  const stampsMs = await publish();
  return agesOf(stampsMs, await page.evaluate(stopLater, lastLinesMs));
}

/**
 * Runs inside the page.
 * @param {number} afterMs
 * @returns {Promise<import('./watchDrawn.mjs').Watched>}
 */
async function stopLater(afterMs) {
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  return /** @type {any} */ (globalThis).stopWatchingDrawn();
}

/**
 * Of every message that was published: a line counts as drawn when it or a newer one was.
 * @param {readonly number[]} stampsMs by number
 * @param {import('./watchDrawn.mjs').Watched} watched
 * @returns {Ages}
 */
function agesOf(stampsMs, watched) {
  return Object.fromEntries(
    Object.entries(watched).map(([place, drawn]) => {
      /** @type {number[]} */
      const ages = [];
      let next = 0;
      for (const { number, atMs } of drawn) {
        for (; next <= number && next < stampsMs.length; next += 1) ages.push(atMs - (stampsMs[next] ?? NaN));
      }
      return [place, ages];
    }),
  );
}
