// @ts-check
import path from 'node:path';
import { readToolchain } from '../../setup/toolchain.mjs';
import { startPlain } from '../charts/startPlain.mjs';
import { scrollFrames } from './scrollFrames.mjs';

/**
 * The floor: an empty page of as many pixels in the same Electron, at the same window size, scrolled in the same way.
 * @param {{ display: string | null, durationMs: number, pixels: number }} options
 * @returns {Promise<number[]>} milliseconds from each frame to the next
 */
export async function scrollEmptyPage({ display, durationMs, pixels }) {
  const electron = readToolchain()?.electron;
  if (!electron) throw new Error('There is no Electron: npm run setup says why.');
  const app = await startPlain(electron, {
    ...(display === null ? {} : { DISPLAY: display }),
    TETHER_PLAIN_PAGE: path.join(import.meta.dirname, 'emptyPage.html'),
  });
  try {
    const page = await app.firstWindow();
    return await page.locator('#scroller').evaluate(scrollFrames, { durationMs, pixels });
  } finally {
    await app.close();
  }
}
