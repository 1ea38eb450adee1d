// @ts-check
/** A page in Electron as the benchmark measures it: ours, the empty one and the peer's, all by the same means. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTrace, stopTrace } from './FrameTrace.mjs';
import { startPictureTrace, stopPictureTrace } from './PictureTrace.mjs';
import { scrollFrames } from './scrollFrames.mjs';
import { watchPainted } from './watchPainted.mjs';

const keyDelayMs = 150;
const paintTimeLimitMs = 60_000;
const megabyte = 1024 * 1024;

/**
 * @typedef {object} Scrolled
 * @property {readonly number[]} frames milliseconds from one call of requestAnimationFrame to the next, by its own stamps
 * @property {import('./PictureTrace.mjs').Pictures} pictures what was on the screen in the same seconds
 * @property {import('./FrameTrace.mjs').FrameParts} parts what a frame cost
 */

export class MeasuredPage {
  /**
   * @param {import('playwright').ElectronApplication} electron
   * @param {import('playwright').Page} page
   * @param {import('playwright').CDPSession} session
   */
  constructor(electron, page, session) {
    this.electron = electron;
    this.page = page;
    this.session = session;
  }

  /**
   * @template Argument, Answer
   * @param {(argument: Argument) => Answer} run runs inside the page
   * @param {Argument} argument
   * @returns {Promise<Awaited<Answer>>}
   */
  async evaluate(run, argument) {
    return /** @type {Awaited<Answer>} */ (await this.page.evaluate(/** @type {any} */ (run), argument));
  }

  /**
   * Scrolls an element by `pixels` in every frame, from the middle; with 0 it is left alone.
   * @param {import('playwright').Locator} element
   * @param {number} durationMs
   * @param {number} pixels
   * @returns {Promise<Scrolled>}
   */
  async scrollElement(element, durationMs, pixels) {
    await startPictureTrace(this.electron);
    const frames = await element.evaluate(scrollFrames, { durationMs, pixels });
    const pictures = await stopPictureTrace(this.electron);
    // Traced by itself: so full a trace costs time.
    await startTrace(this.electron);
    const traced = await element.evaluate(scrollFrames, { durationMs: durationMs / 4, pixels });
    return { frames, pictures, parts: await stopTrace(this.electron, traced.length) };
  }

  /**
   * Presses keys one by one, each of which changes what is filtered: milliseconds from each to the frame that shows what it did.
   * @param {import('playwright').Locator} box
   * @param {readonly string[]} keys characters, or keys as Playwright names them
   * @param {'input' | 'keydown'} event of the box that changes the filter
   * @returns {Promise<number[]>}
   */
  async pressAndSeePainted(box, keys, event) {
    await box.focus();
    await box.evaluate(watchPainted, event);
    for (const key of keys) {
      if (key.length === 1) await this.page.keyboard.type(key);
      else await this.page.keyboard.press(key);
      await sleep(keyDelayMs);
    }
    await this.page.waitForFunction((count) => /** @type {any} */ (globalThis).painted.length >= count, keys.length, {
      timeout: paintTimeLimitMs,
    });
    return await this.page.evaluate(() => /** @type {any} */ (globalThis).painted.slice());
  }

  /** After a collection of garbage; `resident` has the array buffers of columns too, and Chromium's own. */
  async heapMb() {
    await this.session.send('HeapProfiler.collectGarbage');
    const usage = await this.session.send('Runtime.getHeapUsage');
    const residentKb = await this.electron.evaluate(({ app }) =>
      app.getAppMetrics().reduce((sum, { type, memory }) => (type === 'Tab' ? sum + memory.workingSetSize : sum), 0),
    );
    return { usedMb: usage.usedSize / megabyte, residentMb: residentKb / 1024 };
  }

  /**
   * @param {string | null} folder where a picture of the page is put; null: none is taken
   * @param {string} name
   */
  async picture(folder, name) {
    if (folder !== null) await this.page.screenshot({ path: path.join(folder, `${name}.png`) });
  }

  async close() {
    await this.electron.close();
  }
}
