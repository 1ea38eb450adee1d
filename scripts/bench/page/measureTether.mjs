// @ts-check
import { BenchPage } from './BenchPage.mjs';
import { fillCache } from './fillCache.mjs';
import { Publisher } from './Publisher.mjs';

const filterTexts = ['goal', '-scan', '/cycle took [0-9]+/', 'node:nav', 'E-4107'];

/**
 * @typedef {object} Ground what all pages are measured on
 * @property {import('../../setup/electronRuntime.mjs').ElectronRuntime} electron
 * @property {string | null} display
 * @property {number} ratePerS messages that arrive
 * @property {number} pixels scrolled in each frame
 * @property {string | null} picturesFolder where a picture of the page is put
 *
 * @typedef {object} PageFigures
 * @property {number} rows in the list at the beginning
 * @property {import('./MeasuredPage.mjs').Scrolled} scrolled
 * @property {import('./MeasuredPage.mjs').Scrolled} followed
 * @property {readonly number[]} paintedMs from each change of the filter to the frame that shows it
 * @property {{ usedMb: number, residentMb: number }} heap
 * @property {number} arrivedPerS
 */

/**
 * @param {Ground & { home: string, rows: number, scrollMs: number }} options
 * @returns {Promise<PageFigures & { loadedSeconds: number, lost: number, keyParts: import('./FrameTrace.mjs').FrameParts }>}
 */
export async function measureTether({ home, rows, scrollMs, display, ratePerS, pixels, picturesFolder }) {
  const domainId = 100 + (process.pid % 100);
  await fillCache({ home, rows, domainId });
  const page = await BenchPage.launch({ home, display });
  try {
    await page.picture(picturesFolder, 'tether');
    const loaded = await page.readAllFromDisk();
    const publisher = await Publisher.start({ domainId, ratePerS });
    const before = await page.received();
    const beganMs = performance.now();
    const scrolled = await page.scroll(scrollMs, pixels);
    const followed = await page.scroll(scrollMs / 2, 0);
    const arrivedPerS = ((await page.received()) - before) / ((performance.now() - beganMs) / 1000);
    const filtered = await page.typeFilters(filterTexts);
    const heap = await page.heapMb();
    await publisher.stop();
    return {
      ...{ rows: loaded.rows, loadedSeconds: loaded.seconds, lost: await page.lost(), scrolled, followed },
      ...{ paintedMs: filtered.paintedMs, keyParts: filtered.parts, heap, arrivedPerS },
    };
  } finally {
    await page.close();
  }
}
