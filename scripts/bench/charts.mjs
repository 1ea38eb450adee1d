// @ts-check
/**
 * The metric desk in the real Electron, with hours of many fast series behind it, against a plain page of uPlot charts with the same
 * data in the same Electron: the peer has as many charts as ours has in view (a plain page has nothing that leaves out those out of
 * view), no axes in a theme, no statistics, no marks.
 *
 *   npm run bench -- charts [--series 200] [--hz 10] [--hours 8] [--seconds 8] [--json FILE]
 *
 * It judges nothing by its exit code: the last table says which targets held.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { launchDriven } from '../check/launchDriven.mjs';
import { hasDisplay, startDisplay } from '../setup/display.mjs';
import { nodeModulesDir } from '../setup/paths.mjs';
import { readToolchain } from '../setup/toolchain.mjs';
import { aboutRun, finishRun } from './cache/benchRun.mjs';
import { Report } from './cache/Report.mjs';
import { feedPlain } from './charts/feedPlain.mjs';
import { feedTether } from './charts/feedTether.mjs';
import { actionTime, paintRate } from './charts/measure.mjs';
import { startPlain } from './charts/startPlain.mjs';
import { statusOf } from './charts/statusOf.mjs';

const { values: options } = parseArgs({
  options: {
    series: { type: 'string', default: '200' },
    hz: { type: 'string', default: '10' },
    hours: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '8' },
    json: { type: 'string' },
  },
});
const sizeOf = (/** @type {'series' | 'hz' | 'hours' | 'seconds'} */ name) => Number(options[name]);
const [series, hz, hours, seconds] = [sizeOf('series'), sizeOf('hz'), sizeOf('hours'), sizeOf('seconds')];
const zooms = 7;
/** 30 frames a second. */
const frameMsMax = 33.3;
const zoomMsMax = 150;
const feedMsMax = 600_000;

const electron = readToolchain()?.electron;
if (!electron) {
  process.stderr.write('This needs Electron: npm run setup says why there is none.\n');
  process.exit(1);
}
const report = new Report();
const home = mkdtempSync(path.join(os.tmpdir(), 'tether-charts-'));
const display = hasDisplay() ? null : await startDisplay();
const environment = { TETHER_HOME: home, ...(display === null ? {} : { DISPLAY: display.display }) };
const about = aboutRun({ series, hz, hours });
report.say(JSON.stringify(about));
try {
  const ours = await measureOurs();
  const plain = await measurePlain(ours.charts, ours.size);
  const peer = `plain uPlot, ${ours.charts} charts`;
  report.table([
    ['', 'ours', peer],
    ...['10 s', 'all hours'].map((what, index) => [
      `frames/s, ${what} shown (95 % of frames under)`,
      rateWords(ours.rates[index]),
      rateWords(plain.rates[index]),
    ]),
    [
      'drawings/s of each chart, 10 s shown',
      perChart(ours.rates[0], ours.charts),
      perChart(plain.rates[0], ours.charts),
    ],
    ['frames/s, sparklines of all hours', rateWords(ours.sparklines), ''],
    ['page memory, MB', String(ours.memoryMb), String(plain.memoryMb)],
  ]);
  report.say(
    `Our page took in ${(ours.fed.samples / 1e6).toFixed(1)} million samples in ${ours.fed.seconds.toFixed(0)} s.`,
  );
  report.keep({ ours, plain });
  const fps = (/** @type {number} */ index) => ours.rates[index]?.framesPerS ?? NaN;
  report.target({
    what: `ms a frame, ${series} series at ${hz} Hz live, 10 s shown`,
    ...{ figure: 1000 / fps(0), rule: 'max', limit: frameMsMax },
    ...{ peer, peerFigure: 1000 / (plain.rates[0]?.framesPerS ?? NaN) },
  });
  report.target({
    what: `ms a frame, ${hours} h shown`,
    ...{ figure: 1000 / fps(1), rule: 'max', limit: frameMsMax },
    ...{ peer, peerFigure: 1000 / (plain.rates[1]?.framesPerS ?? NaN) },
  });
  report.target({
    what: `ms to zoom from ${hours} h to 10 s, worst of ${zooms}`,
    ...{ figure: Math.max(...ours.zoomMs), rule: 'max', limit: zoomMsMax, peer, peerFigure: Math.max(...plain.zoomMs) },
  });
} finally {
  display?.stop();
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
finishRun(report, about, options.json);

async function measureOurs() {
  report.begin('tether');
  mkdirSync(path.join(home, 'settings'), { recursive: true });
  writeFileSync(
    path.join(home, 'settings', 'window.json'),
    JSON.stringify({ settings: { desk: 'metrics', robot: 'bench', metrics: { windowS: 28_800 } } }),
  );
  const app = await launchDriven({ electron: /** @type {any} */ (electron), appArgs: [], environment });
  try {
    const page = await app.firstWindow();
    // The real engine has given its port: ours takes its place, and no other comes.
    await page.getByTestId('connect-robot').waitFor();
    report.say('feeding…');
    page.setDefaultTimeout(feedMsMax);
    const fed = await page.evaluate(feedTether, { series, hz, hours, status: statusOf(series * hz) });
    await page.getByTestId('metric-chart').first().waitFor();
    const seen = await page.evaluate(() => {
      const area = document.querySelector('.metrics-scroll')?.getBoundingClientRect();
      const plots = [...document.querySelectorAll('.metric-plot')].map((plot) => plot.getBoundingClientRect());
      const cards = [...document.querySelectorAll('[data-testid="metric-chart"]')].map((card) =>
        card.getBoundingClientRect(),
      );
      const inView = cards.filter(
        (card) => area !== undefined && card.top < area.bottom && card.bottom > area.top,
      ).length;
      const choose = (/** @type {string} */ words) => () =>
        [...document.querySelectorAll('[data-testid="metrics-window"] label')]
          .find((label) => label.textContent === words)
          ?.dispatchEvent(new MouseEvent('click', { bubbles: true }));
      Object.assign(window, { zoomIn: choose('10 s'), zoomOut: choose('8 h') });
      return { charts: inView, width: Math.round(plots[0]?.width ?? 0), height: Math.round(plots[0]?.height ?? 0) };
    });
    const zoomMs = await zoom(page, seen.charts);
    const rates = [await rate(page, 'zoomIn', seen.charts), await rate(page, 'zoomOut', seen.charts)];
    await page.getByText('Sparklines', { exact: true }).click();
    const sparklines = await page.evaluate(paintRate, { seconds });
    return { fed, zoomMs, rates, sparklines, charts: seen.charts, size: seen, memoryMb: await memoryMb(app) };
  } finally {
    await app.close();
  }
}

/** @param {number} charts @param {{ width: number, height: number }} size */
async function measurePlain(charts, { width, height }) {
  report.begin('plain uPlot');
  const folder = path.join(home, 'plain');
  mkdirSync(folder);
  cpSync(path.join(import.meta.dirname, 'charts', 'plainPage.html'), path.join(folder, 'plainPage.html'));
  for (const file of ['uPlot.iife.min.js', 'uPlot.min.css'])
    cpSync(path.join(nodeModulesDir, 'uplot', 'dist', file), path.join(folder, file));
  const app = await startPlain(/** @type {any} */ (electron), {
    ...environment,
    TETHER_PLAIN_PAGE: path.join(folder, 'plainPage.html'),
  });
  try {
    const page = await app.firstWindow();
    page.setDefaultTimeout(feedMsMax);
    await page.waitForFunction('typeof uPlot === "function"');
    await page.evaluate(feedPlain, { charts, hz, hours, width, height });
    const zoomMs = await zoom(page, charts);
    const rates = [await rate(page, 'zoomIn', charts), await rate(page, 'zoomOut', charts)];
    return { zoomMs, rates, memoryMb: await memoryMb(app) };
  } finally {
    await app.close();
  }
}

/** @param {import('playwright').Page} page @param {number} charts */
async function zoom(page, charts) {
  const times = [];
  for (let round = 0; round < zooms; round += 1) {
    await page.evaluate(actionTime, { action: 'zoomOut', charts });
    times.push(await page.evaluate(actionTime, { action: 'zoomIn', charts }));
  }
  report.say(`zoom in, ms: ${times.map((ms) => ms.toFixed(0)).join(' ')}`);
  return times;
}

/** @param {import('playwright').Page} page @param {string} action @param {number} charts */
async function rate(page, action, charts) {
  await page.evaluate(actionTime, { action, charts });
  return await page.evaluate(paintRate, { seconds });
}

/** Of the page's process, resident. @param {import('playwright').ElectronApplication} app */
async function memoryMb(app) {
  const kilobytes = await app.evaluate(({ app: electronApp }) =>
    electronApp
      .getAppMetrics()
      .filter(({ type }) => type === 'Tab')
      .reduce((sum, { memory }) => sum + memory.workingSetSize, 0),
  );
  return Math.round(kilobytes / 1000);
}

/** @param {{ framesPerS: number, frameMsP95: number } | undefined} measured */
function rateWords(measured) {
  return measured === undefined ? '' : `${measured.framesPerS.toFixed(1)} (${measured.frameMsP95.toFixed(0)} ms)`;
}

/** @param {{ drawsPerS: number } | undefined} measured @param {number} charts */
function perChart(measured, charts) {
  return measured === undefined ? '' : (measured.drawsPerS / charts).toFixed(1);
}
