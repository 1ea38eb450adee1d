// @ts-check
/** The app's page as the benchmark drives and measures it. */
import { readFileSync } from 'node:fs';
import { launchDriven } from '../../check/launchDriven.mjs';
import { toolchainPath } from '../../setup/paths.mjs';
import { startTrace, stopTrace } from './FrameTrace.mjs';
import { MeasuredPage } from './MeasuredPage.mjs';

/** A port that nobody listens on: what is on disk stays there. */
const noCloudUrl = 'http://127.0.0.1:9';
const readTimeLimitMs = 300_000;

export class BenchPage extends MeasuredPage {
  /** @param {{ home: string, display: string | null }} options */
  static async launch({ home, display }) {
    const { electron } = JSON.parse(readFileSync(toolchainPath, 'utf8'));
    const application = await launchDriven({
      electron,
      appArgs: [],
      environment: {
        ...(display === null ? {} : { DISPLAY: display }),
        TETHER_HOME: home,
        TETHER_LOCAL_CLOUDWATCH: noCloudUrl,
        ROS_AUTOMATIC_DISCOVERY_RANGE: 'LOCALHOST',
      },
    });
    const page = await application.firstWindow();
    await page.getByTestId('log-row').first().waitFor({ timeout: 60_000 });
    return new BenchPage(application, page, await page.context().newCDPSession(page));
  }

  /** Home: the whole disk behind the list. */
  async readAllFromDisk() {
    const beganMs = performance.now();
    const list = this.page.getByTestId('log-list');
    await list.focus();
    await this.page.keyboard.press('Home');
    await this.page
      .locator('[data-testid="log-list"][data-older="end"], [data-testid="log-list"][data-older="full"]')
      .waitFor({ timeout: readTimeLimitMs });
    const rows = Number(await list.getAttribute('data-rows'));
    return { rows, seconds: (performance.now() - beganMs) / 1000 };
  }

  async received() {
    return Number(await this.page.getByTestId('received-count').getAttribute('data-logs'));
  }

  async lost() {
    return Number(await this.page.getByTestId('bottom-lost').getAttribute('data-value'));
  }

  /**
   * As `scrollElement` the list; with 0 pixels it follows the newest line.
   * @param {number} durationMs
   * @param {number} pixels
   */
  async scroll(durationMs, pixels) {
    const list = this.page.getByTestId('log-list');
    if (pixels === 0) {
      await list.focus();
      await this.page.keyboard.press('End');
    }
    return await this.scrollElement(list, durationMs, pixels);
  }

  /**
   * Types a filter, key by key, and takes it away: milliseconds from each key to the frame that shows what it did.
   * @param {string} text
   * @returns {Promise<number[]>}
   */
  async typeFilter(text) {
    const painted = await this.pressAndSeePainted(this.page.getByTestId('filter-text'), [...text], 'input');
    await this.page.keyboard.press('Escape');
    return painted;
  }

  /**
   * As `typeFilter` for each text, and what a key cost, by its parts.
   * @param {readonly string[]} texts
   */
  async typeFilters(texts) {
    /** @type {number[]} */
    const paintedMs = [];
    for (const text of texts) paintedMs.push(...(await this.typeFilter(text)));
    await startTrace(this.electron);
    for (const text of texts) await this.typeFilter(text);
    return { paintedMs, parts: await stopTrace(this.electron, paintedMs.length) };
  }
}
