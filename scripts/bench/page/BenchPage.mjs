// @ts-check
/** The app's page as the benchmark drives and measures it. */
import { readFileSync } from 'node:fs';
import { launchDriven } from '../../check/launchDriven.mjs';
import { toolchainPath } from '../../setup/paths.mjs';
import { startTrace, stopTrace } from './FrameTrace.mjs';
import { scrollFrames } from './scrollFrames.mjs';

/** A port that nobody listens on: what is on disk stays there. */
const noCloudUrl = 'http://127.0.0.1:9';
const readTimeLimitMs = 300_000;

export class BenchPage {
  #electron;
  #page;
  #session;

  /**
   * @param {import('playwright').ElectronApplication} electron
   * @param {import('playwright').Page} page
   * @param {import('playwright').CDPSession} session
   */
  constructor(electron, page, session) {
    this.#electron = electron;
    this.#page = page;
    this.#session = session;
  }

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
    const list = this.#page.getByTestId('log-list');
    await list.focus();
    await this.#page.keyboard.press('Home');
    await this.#page
      .locator('[data-testid="log-list"][data-older="end"], [data-testid="log-list"][data-older="full"]')
      .waitFor({ timeout: readTimeLimitMs });
    const rows = Number(await list.getAttribute('data-rows'));
    return { rows, seconds: (performance.now() - beganMs) / 1000 };
  }

  /**
   * @template Argument, Answer
   * @param {(argument: Argument) => Answer} run runs inside the page
   * @param {Argument} argument
   * @returns {Promise<Awaited<Answer>>}
   */
  async evaluate(run, argument) {
    return /** @type {Awaited<Answer>} */ (await this.#page.evaluate(/** @type {any} */ (run), argument));
  }

  async received() {
    return Number(await this.#page.getByTestId('received-count').getAttribute('data-logs'));
  }

  async lost() {
    return Number(await this.#page.getByTestId('bottom-lost').getAttribute('data-value'));
  }

  /**
   * Milliseconds from each frame to the next while the list is scrolled by `pixels` in every frame, from the middle; with 0 it
   * follows the newest line. And what a frame cost, by its parts.
   * @param {number} durationMs
   * @param {number} pixels
   */
  async scroll(durationMs, pixels) {
    const list = this.#page.getByTestId('log-list');
    if (pixels === 0) {
      await list.focus();
      await this.#page.keyboard.press('End');
    }
    const frames = await list.evaluate(scrollFrames, { durationMs, pixels });
    // Traced by itself: a trace costs time.
    await startTrace(this.#electron);
    const traced = await list.evaluate(scrollFrames, { durationMs: durationMs / 4, pixels });
    return { frames, parts: await stopTrace(this.#electron, traced.length) };
  }

  /**
   * Types a filter, key by key, and takes it away: milliseconds from each key to the frame that shows what it did.
   * @param {string} text
   * @returns {Promise<number[]>}
   */
  async typeFilter(text) {
    const box = this.#page.getByTestId('filter-text');
    await box.focus();
    await box.evaluate((input) => {
      /** @type {number[]} */
      const painted = [];
      Object.assign(globalThis, { painted });
      input.addEventListener(
        'input',
        (event) => {
          requestAnimationFrame(() => {
            const channel = new MessageChannel();
            // After the frame that this animation frame belongs to.
            channel.port1.onmessage = () => painted.push(performance.now() - event.timeStamp);
            channel.port2.postMessage(null);
          });
        },
        { capture: true },
      );
    });
    await this.#page.keyboard.type(text, { delay: 150 });
    await this.#page.waitForFunction((count) => /** @type {any} */ (globalThis).painted.length >= count, text.length, {
      timeout: 30_000,
    });
    const painted = await this.#page.evaluate(() => /** @type {any} */ (globalThis).painted.slice());
    await this.#page.keyboard.press('Escape');
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
    await startTrace(this.#electron);
    for (const text of texts) await this.typeFilter(text);
    return { paintedMs, parts: await stopTrace(this.#electron, paintedMs.length) };
  }

  /** After a collection of garbage; `resident` has the array buffers of the columns too, and Chromium's own. */
  async heapMb() {
    await this.#session.send('HeapProfiler.collectGarbage');
    const usage = await this.#session.send('Runtime.getHeapUsage');
    const residentKb = await this.#electron.evaluate(({ app }) =>
      app.getAppMetrics().reduce((sum, { type, memory }) => (type === 'Tab' ? sum + memory.workingSetSize : sum), 0),
    );
    const megabyte = 1024 * 1024;
    return {
      usedMb: usage.usedSize / megabyte,
      residentMb: residentKb / 1024,
    };
  }

  /**
   * How long it takes, in this page, to look at every one of so many messages again, name and text in lower case: what a
   * panel does that filters anew at each change. The median of five.
   * @param {number} rows
   * @returns {Promise<number>}
   */
  async filterAllAnew(rows) {
    return await this.#page.evaluate((rows) => {
      const events = Array.from({ length: rows }, (_, index) => ({
        level: 20 + 10 * (index % 3),
        name: `Nav.node_${index % 20}`,
        msg: `Passing new path ${index} to the controller, ${index % 97} poses, cycle took ${index % 31} ms`,
      }));
      const terms = ['goal'];
      const took = [];
      for (let round = 0; round < 5; round += 1) {
        const beganMs = performance.now();
        const found = events.filter((event) => {
          if (event.level < 20) return false;
          const name = event.name.toLowerCase();
          const text = event.msg.toLowerCase();
          return terms.some((term) => name.includes(term) || text.includes(term));
        });
        took.push(performance.now() - beganMs + found.length * 0);
      }
      return took.sort((left, right) => left - right)[2] ?? NaN;
    }, rows);
  }

  async close() {
    await this.#electron.close();
  }
}
