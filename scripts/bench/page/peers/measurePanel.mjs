// @ts-check
import { PeerMissing } from '../../cache/peers/folder.mjs';
import { PanelPage } from './PanelPage.mjs';

/** Our filters as far as it has their like: words of names and messages. */
const terms = ['goal', 'scan', 'cycle took', 'nav', 'E-4107'];

/**
 * @param {import('../measureTether.mjs').Ground & { file: string, rows: number, held: number, scrollMs: number }} options
 * @returns {Promise<import('../measureTether.mjs').PageFigures | PeerMissing>} why it did not bear so many, if it did not
 */
export async function measurePanel({ scrollMs, pixels, picturesFolder, ...options }) {
  const page = await PanelPage.launch(options);
  try {
    await page.picture(picturesFolder, `studio-${options.rows}`);
    await page.beginLive();
    const beganMs = performance.now();
    const scrolled = await page.scroll(scrollMs, pixels);
    const followed = await page.scroll(scrollMs / 2, 0);
    const arrivedPerS = (await page.received()) / ((performance.now() - beganMs) / 1000);
    const { paintedMs } = await page.typeFilters(terms);
    return { rows: options.rows, scrolled, followed, paintedMs, heap: await page.heapMb(), arrivedPerS };
  } catch (error) {
    const words = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return new PeerMissing(`it did not bear ${options.rows} messages: ${words}`);
  } finally {
    await page.close();
  }
}
