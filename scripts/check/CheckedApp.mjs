// @ts-check
/** The app as the check sees it: started as `npm start` starts it, looked at through its page and through `tether status`. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { rootDir, toolchainPath } from '../setup/paths.mjs';
import { launchDriven } from './launchDriven.mjs';

const run = promisify(execFile);
const lookIntervalMs = 100;
const statusTimeLimitMs = 20_000;

/**
 * @typedef {object} RobotOnDisk one robot of `tether status --json`
 * @property {string} name
 * @property {number} cachedRecords
 * @property {number} pendingRecords
 * @property {Record<string, number>} lost
 */

export class CheckedApp {
  #electron;
  #home;
  page;
  /** Seconds from the start of Electron's process to the first log row in the page's document. */
  secondsToFirstRow = NaN;

  /**
   * @param {import('playwright').ElectronApplication} electron
   * @param {import('playwright').Page} page
   * @param {string} home
   */
  constructor(electron, page, home) {
    this.#electron = electron;
    this.page = page;
    this.#home = home;
  }

  /**
   * Starts the app and waits for its first row. The clock runs from just before Electron's process is spawned; the row is
   * seen by a look at the page in every animation frame, so what is measured is never less than what a person waits.
   * @param {{ electron: import('../setup/electronRuntime.mjs').ElectronRuntime, home: string, display: string | null,
   *   localCloudUrl: string, args: string[], timeLimitMs: number }} options
   */
  static async launch({ electron, home, display, localCloudUrl, args, timeLimitMs }) {
    const startedMs = performance.now();
    const application = await launchDriven({
      electron,
      appArgs: args,
      environment: {
        ...(display === null ? {} : { DISPLAY: display }),
        TETHER_HOME: home,
        TETHER_LOCAL_CLOUDWATCH: localCloudUrl,
      },
    });
    try {
      const app = new CheckedApp(application, await application.firstWindow(), home);
      await app.page.waitForFunction(() => document.querySelector('[data-testid="log-row"]') !== null, null, {
        polling: 'raf',
        timeout: timeLimitMs,
      });
      app.secondsToFirstRow = Math.round(performance.now() - startedMs) / 1000;
      return app;
    } catch (error) {
      await application.close();
      throw error;
    }
  }

  /**
   * @param {'pending' | 'cached' | 'lost'} name
   * @returns {Promise<number>} a figure of the bottom bar
   */
  async figure(name) {
    return Number(await this.page.getByTestId(`bottom-${name}`).getAttribute('data-value'));
  }

  /**
   * @param {'logs' | 'metrics'} kind
   * @returns {Promise<number>}
   */
  async received(kind) {
    return Number(await this.page.getByTestId('received-count').getAttribute(`data-${kind}`));
  }

  /**
   * @param {string} rung
   * @returns {Promise<string | null>}
   */
  async rungState(rung) {
    return this.page.getByTestId(`ladder-${rung}`).getAttribute('data-state');
  }

  /** @param {'logs' | 'metrics' | 'cache' | 'config'} desk */
  async open(desk) {
    await this.page.getByTestId(`tab-${desk}`).click();
  }

  async flush() {
    await this.page.getByTestId('bottom-flush').click();
    await this.page.getByTestId('flush-confirm').click();
  }

  /**
   * @param {string} robot
   * @param {'Connect' | 'Disconnect'} item of the robot's menu
   */
  async choose(robot, item) {
    await this.page.getByRole('button', { name: `Menu of ${robot}` }).click();
    await this.page.getByRole('menuitem', { name: item, exact: true }).click();
  }

  /**
   * The command line, in a process of its own, reading the disk beside the app.
   * @returns {Promise<RobotOnDisk | null>} null while there is no robot yet
   */
  async onDisk() {
    const env = { ...process.env, TETHER_HOME: this.#home, TETHER_TOOLCHAIN: toolchainPath };
    const program = path.join(rootDir, 'build', 'main', 'cli', 'tether.js');
    const { stdout } = await run(process.execPath, [program, 'status', '--json'], { env, timeout: statusTimeLimitMs });
    /** @type {{ robots: RobotOnDisk[] }} */
    const status = JSON.parse(stdout);
    return status.robots[0] ?? null;
  }

  async close() {
    await this.#electron.close();
  }
}

/**
 * Looks until something is so.
 * @param {string} what for the error
 * @param {number} timeLimitMs
 * @param {() => Promise<boolean>} isSo
 */
export async function waitUntil(what, timeLimitMs, isSo) {
  const startedMs = performance.now();
  while (!(await isSo())) {
    if (performance.now() - startedMs > timeLimitMs) throw new Error(`Not within ${timeLimitMs / 1000} s: ${what}`);
    await sleep(lookIntervalMs);
  }
}
