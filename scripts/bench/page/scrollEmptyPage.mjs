// @ts-check
import path from 'node:path';
import { startPlain } from '../charts/startPlain.mjs';
import { MeasuredPage } from './MeasuredPage.mjs';

/**
 * The floor: an empty page of as many pixels in the same Electron, at the same window size, scrolled in the same way.
 * @param {{ electron: import('../../setup/electronRuntime.mjs').ElectronRuntime, display: string | null, durationMs: number,
 *   pixels: number }} options
 * @returns {Promise<import('./MeasuredPage.mjs').Scrolled>}
 */
export async function scrollEmptyPage({ electron, display, durationMs, pixels }) {
  const application = await startPlain(electron, {
    ...(display === null ? {} : { DISPLAY: display }),
    TETHER_PLAIN_PAGE: path.join(import.meta.dirname, 'emptyPage.html'),
  });
  try {
    const page = await application.firstWindow();
    const measured = new MeasuredPage(application, page, await page.context().newCDPSession(page));
    return await measured.scrollElement(page.locator('#scroller'), durationMs, pixels);
  } finally {
    await application.close();
  }
}
