// @ts-check
/**
 * `npm start -- --check`: the whole way of a record, shown without a person. A fresh home folder, the demo robot, the real
 * window; a CloudWatch on loopback behind a link that is cut and restored; screenshots of each moment. What is reported as
 * counted in CloudWatch is read back through its API, past the link. The last thing on standard output is one JSON
 * document; the exit code is 0 only if all of it was so.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CheckedApp, waitUntil } from './check/CheckedApp.mjs';
import { CloudReader } from './check/CloudReader.mjs';
import { TcpRelay } from './check/TcpRelay.mjs';
import { hasDisplay, startDisplay } from './setup/display.mjs';
import { relativeToRoot, rootDir } from './setup/paths.mjs';
import { problemText } from './setup/SetupError.mjs';

const screenshotsDir = path.join(rootDir, 'check-results');
const firstRowMsMax = 60_000;
const stepMsMax = 60_000;
/** A warm start must show a live row within this. */
const warmSecondsMax = 3;
const fadeMs = 400;
/** So much must have come before the link is cut, and so much must then wait. */
const liveLogsMin = 20;
const liveMetricsMin = 5;
const pendingGrowthMin = 20;

/**
 * @typedef {object} Findings the fields of the JSON document; null is what was not reached
 * @property {number | null} logsReceived on the page
 * @property {number | null} metricsReceived on the page
 * @property {number | null} cachedRecords on disk while the link was cut, by `tether status`
 * @property {number | null} pendingAfterCut on the page
 * @property {number | null} pendingAtEnd on the page
 * @property {number | null} acknowledgedLogs by the ledger on disk
 * @property {number | null} acknowledgedMetrics by the ledger on disk
 * @property {number | null} countedInCloudWatch log events and metric samples together, read back from the API
 * @property {number | null} lost at every stage together
 * @property {number | null} secondsToFirstRow of a warm start: from the start of Electron's process to the first row
 * @property {string[]} screenshots
 */

/**
 * @param {{ toolchain: import('./setup/toolchain.mjs').Toolchain, args?: string[],
 *   reporter: import('./setup/Reporter.mjs').Reporter }} options
 * @returns {Promise<number>} the exit code
 */
export async function check({ toolchain, args = [], reporter }) {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const findings = emptyFindings();
  const bench = new CheckBench(toolchain, args, reporter, findings);
  let isSo = false;
  try {
    await bench.setUp();
    await bench.run();
    isSo = true;
  } catch (error) {
    reporter.line('check', `NOT SO: ${problemText(error)}`);
    await bench.shoot('failed').catch(() => undefined);
  } finally {
    await bench.tearDown();
  }
  await new Promise((resolve) => process.stdout.write(`${JSON.stringify(findings)}\n`, resolve));
  return isSo ? 0 : 1;
}

/** @returns {Findings} */
function emptyFindings() {
  return {
    logsReceived: null,
    metricsReceived: null,
    cachedRecords: null,
    pendingAfterCut: null,
    pendingAtEnd: null,
    acknowledgedLogs: null,
    acknowledgedMetrics: null,
    countedInCloudWatch: null,
    lost: null,
    secondsToFirstRow: null,
    screenshots: [],
  };
}

class CheckBench {
  #toolchain;
  #args;
  #reporter;
  #findings;
  /** @type {(() => void | Promise<void>)[]} */
  #cleanups = [];
  #home = '';
  /** @type {string | null} */
  #display = null;
  /** @type {CheckedApp | null} */
  #app = null;
  /** @type {TcpRelay | null} */
  #link = null;
  /** @type {CloudReader | null} */
  #reader = null;

  /**
   * @param {import('./setup/toolchain.mjs').Toolchain} toolchain
   * @param {string[]} args
   * @param {import('./setup/Reporter.mjs').Reporter} reporter
   * @param {Findings} findings
   */
  constructor(toolchain, args, reporter, findings) {
    this.#toolchain = toolchain;
    this.#args = args;
    this.#reporter = reporter;
    this.#findings = findings;
  }

  async setUp() {
    if (this.#toolchain.electron === null) throw new Error(`There is no Electron: ${this.#toolchain.electronProblem}`);
    if (this.#toolchain.ros === null) throw new Error(`There is no ROS 2: ${this.#toolchain.rosProblem}`);
    rmSync(screenshotsDir, { recursive: true, force: true });
    mkdirSync(screenshotsDir, { recursive: true });
    this.#home = mkdtempSync(path.join(tmpdir(), 'tether-check-'));
    this.#cleanups.push(() => rmSync(this.#home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
    if (!hasDisplay()) {
      const { display, stop } = await startDisplay();
      this.#display = display;
      this.#cleanups.push(stop);
    }
    const { LocalCloudWatch } = await import('../build/main/localcloud/LocalCloudWatch.js');
    const server = await LocalCloudWatch.start({ port: 0 });
    this.#cleanups.push(() => server.stop());
    const link = await TcpRelay.start(server.url);
    this.#cleanups.push(() => link.stop());
    const reader = new CloudReader(server.url);
    this.#cleanups.push(() => reader.close());
    this.#link = link;
    this.#reader = reader;
  }

  async tearDown() {
    await this.#closeApp().catch((error) => this.#say(`the app did not close in order: ${problemText(error)}`));
    for (const cleanup of this.#cleanups.reverse()) await cleanup();
  }

  async run() {
    const coldSeconds = await this.#launch(['--demo']);
    this.#say(`first row after ${coldSeconds} s (first start of a fresh home: the demo robot is made and started)`);
    await this.#seeLive();
    await this.#seeCut();
    await this.#seeRestored();
    await this.#countAtEnd();
    await this.#reconnect();
    await this.#closeApp();
    const warmSeconds = await this.#launch([]);
    this.#findings.secondsToFirstRow = warmSeconds;
    this.#say(`first row after ${warmSeconds} s (warm start; ${coldSeconds} s the first time)`);
    if (warmSeconds > warmSecondsMax)
      throw new Error(`A warm start took ${warmSeconds} s; it must be ${warmSecondsMax} s or less`);
  }

  /** @param {string} name */
  async shoot(name) {
    if (this.#app === null) return;
    const number = String(this.#findings.screenshots.length + 1).padStart(2, '0');
    const file = path.join(screenshotsDir, `${number}-${name}.png`);
    // What just opened is still fading in.
    await sleep(fadeMs);
    await this.#app.page.screenshot({ path: file });
    this.#findings.screenshots.push(relativeToRoot(file));
  }

  /**
   * @param {string[]} args
   * @returns {Promise<number>} seconds to the first row
   */
  async #launch(args) {
    this.#app = await CheckedApp.launch({
      electron: /** @type {import('./setup/electronRuntime.mjs').ElectronRuntime} */ (this.#toolchain.electron),
      home: this.#home,
      display: this.#display,
      localCloudUrl: this.#parts().link.url,
      args: [...args, ...this.#args],
      timeLimitMs: firstRowMsMax,
    });
    return this.#app.secondsToFirstRow;
  }

  async #closeApp() {
    const app = this.#app;
    this.#app = null;
    await app?.close();
  }

  /** The robot's lines and metrics are on the page, on disk and in CloudWatch. */
  async #seeLive() {
    const { app, reader } = this.#parts();
    await waitUntil('live logs and metrics on the page', stepMsMax, async () => {
      return (await app.received('logs')) >= liveLogsMin && (await app.received('metrics')) >= liveMetricsMin;
    });
    await waitUntil('records on disk', stepMsMax, async () => ((await app.onDisk())?.cachedRecords ?? 0) > 0);
    await waitUntil('logs and metrics in CloudWatch', stepMsMax, async () => {
      return (await reader.countLogs()) > 0 && (await reader.countMetricSamples()) > 0;
    });
    this.#say('live logs and metrics are on the page, on disk and in CloudWatch');
    await this.shoot('logs-live');
    await app.open('metrics');
    await app.page.getByTestId('metric-chart').first().waitFor();
    await this.shoot('metrics-live');
    await app.open('config');
    await app.page.getByTestId('config-editor').waitFor();
    await this.shoot('config');
  }

  /** The link is cut: pending grows, on the page and on disk, and the ladder says why. */
  async #seeCut() {
    const { app, link } = this.#parts();
    await app.open('cache');
    const pendingBefore = await app.figure('pending');
    await link.cut();
    await waitUntil('pending grows on the page', stepMsMax, async () => {
      return (await app.figure('pending')) >= pendingBefore + pendingGrowthMin;
    });
    await waitUntil('the ladder says that there is no link', stepMsMax, async () => {
      return (await app.rungState('internet')) !== 'ok';
    });
    await waitUntil('pending grows on disk', stepMsMax, async () => {
      const onDisk = await app.onDisk();
      if (onDisk === null || onDisk.pendingRecords < pendingBefore + pendingGrowthMin) return false;
      this.#findings.cachedRecords = onDisk.cachedRecords;
      return true;
    });
    this.#findings.pendingAfterCut = await app.figure('pending');
    this.#say(`link cut: pending ${pendingBefore} -> ${this.#findings.pendingAfterCut}`);
    await this.shoot('cut-cache');
    await app.page.getByTestId('ladder-internet').click();
    await this.shoot('cut-ladder');
    await app.page.keyboard.press('Escape');
    await app.open('logs');
    await this.shoot('cut-logs');
  }

  /** The link is back: what waited goes, while new lines come; with the robot silent, nothing is left. */
  async #seeRestored() {
    const { app, link } = this.#parts();
    const waited = this.#findings.pendingAfterCut ?? 0;
    await link.restore();
    await app.flush();
    await waitUntil('what waited is sent while the robot goes on', stepMsMax, async () => {
      return (await app.figure('pending')) < waited;
    });
    await app.choose(await this.#robotName(), 'Disconnect');
    await waitUntil('pending is zero on the page', stepMsMax, async () => (await app.figure('pending')) === 0);
    await waitUntil('pending is zero on disk', stepMsMax, async () => (await app.onDisk())?.pendingRecords === 0);
    this.#findings.pendingAtEnd = await app.figure('pending');
    this.#say('link restored: pending is zero');
    await app.open('cache');
    await this.shoot('restored-cache');
    await app.open('logs');
    await this.shoot('restored-logs');
  }

  /** With the robot silent, everything that was acknowledged must be countable, and nothing else. */
  async #countAtEnd() {
    const { app, reader } = this.#parts();
    const findings = this.#findings;
    findings.logsReceived = await app.received('logs');
    findings.metricsReceived = await app.received('metrics');
    findings.lost = Object.values((await app.onDisk())?.lost ?? {}).reduce((sum, count) => sum + count, 0);
    const logs = await reader.countLogs();
    const metrics = await reader.countMetricSamples();
    findings.countedInCloudWatch = logs + metrics;
    const usage = await this.#usageByLedger();
    findings.acknowledgedLogs = usage.acknowledgedLogs;
    findings.acknowledgedMetrics = usage.acknowledgedMetrics;
    this.#say(`CloudWatch holds ${logs} log events and ${metrics} metric samples; lost ${findings.lost}`);
    if (findings.lost > 0) throw new Error(`${findings.lost} records were lost`);
    if (logs !== usage.acknowledgedLogs || metrics !== usage.acknowledgedMetrics) {
      throw new Error(
        `CloudWatch holds ${logs} log events and ${metrics} metric samples, but ` +
          `${usage.acknowledgedLogs} and ${usage.acknowledgedMetrics} were acknowledged`,
      );
    }
  }

  /** What the robot's ledger on disk says, read beside the app. */
  async #usageByLedger() {
    const { openCacheReader } = await import('../build/main/cache/openCacheReader.js');
    const { cacheFolder } = await import('../build/main/config/home.js');
    const robot = await this.#robotName();
    const reader = await openCacheReader({ folder: cacheFolder(this.#home, robot), robot });
    if (!reader.ok) throw new Error(reader.problem.message);
    return reader.value.usage();
  }

  /** The next start finds the robot as people leave it: connected, and with its lines coming. */
  async #reconnect() {
    const { app } = this.#parts();
    const before = await app.received('logs');
    await app.choose(await this.#robotName(), 'Connect');
    await waitUntil('the robot speaks again', stepMsMax, async () => (await app.received('logs')) > before);
  }

  async #robotName() {
    const name = (await this.#parts().app.onDisk())?.name;
    if (name === undefined) throw new Error('`tether status` knows no robot');
    return name;
  }

  #parts() {
    const [app, link, reader] = [this.#app, this.#link, this.#reader];
    if (link === null || reader === null) throw new Error('The check is not set up');
    return { app: /** @type {CheckedApp} */ (app), link, reader };
  }

  /** @param {string} text */
  #say(text) {
    this.#reporter.line('check', text);
  }
}
