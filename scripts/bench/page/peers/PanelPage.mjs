// @ts-check
/** A peer's log panel as the benchmark drives and measures it: by the same means as our own page. */
import { startPlain } from '../../charts/startPlain.mjs';
import { MeasuredPage } from '../MeasuredPage.mjs';

const startTimeLimitMs = 120_000;

export class PanelPage extends MeasuredPage {
  /**
   * @param {{ electron: import('../../../setup/electronRuntime.mjs').ElectronRuntime, display: string | null, file: string,
   *   rows: number, held: number, ratePerS: number }} options `file` as `buildPanelPage.mjs` gives it; `rows` are in the list at the
   *   beginning, `held` at most
   */
  static async launch({ electron, display, file, rows, held, ratePerS }) {
    const application = await startPlain(electron, {
      ...(display === null ? {} : { DISPLAY: display }),
      TETHER_PLAIN_PAGE: file,
      TETHER_PLAIN_QUERY: String(new URLSearchParams({ rows: `${rows}`, held: `${held}`, rate: `${ratePerS}` })),
    });
    const page = await application.firstWindow();
    const panel = new PanelPage(application, page, await page.context().newCDPSession(page));
    await page.waitForFunction(() => 'panel' in globalThis, null, { timeout: startTimeLimitMs });
    await panel.evaluate(() => /** @type {any} */ (globalThis).panel.showRecorded(), null);
    await panel.#list.waitFor({ timeout: startTimeLimitMs });
    return panel;
  }

  /** What react-window scrolls. */
  get #list() {
    return this.page.locator('#root div[style*="outline: none"][style*="overflow"]');
  }

  async beginLive() {
    await this.evaluate(() => /** @type {any} */ (globalThis).panel.beginLive(), null);
  }

  /** @returns {Promise<number>} messages that arrived since `beginLive` */
  async received() {
    return await this.evaluate(() => /** @type {any} */ (globalThis).panel.received(), null);
  }

  /**
   * As `scrollElement` the list; with 0 pixels it follows the newest line, as it does until it is scrolled.
   * @param {number} durationMs
   * @param {number} pixels
   */
  async scroll(durationMs, pixels) {
    if (pixels === 0) await this.page.getByTitle('Scroll to bottom').click({ timeout: startTimeLimitMs });
    return await this.scrollElement(this.#list, durationMs, pixels);
  }

  /**
   * Types each term and has it take effect, with Enter, then takes it away: milliseconds from Enter to the frame that shows what it did.
   * Letters alone change nothing in this panel.
   * @param {readonly string[]} terms
   */
  async typeFilters(terms) {
    const box = this.page.getByPlaceholder('Search filter');
    /** @type {number[]} */
    const paintedMs = [];
    for (const term of terms) {
      await box.focus();
      await this.page.keyboard.type(term);
      paintedMs.push(...(await this.pressAndSeePainted(box, ['Enter'], 'keydown')));
      await this.page.keyboard.press('Backspace');
    }
    return { paintedMs };
  }
}
