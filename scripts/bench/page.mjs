// @ts-check
/**
 * The log desk in the real Electron: a million lines behind the list, two thousand more a second from a real ROS 2 publisher.
 *
 *   npm run bench -- page [--quick] [--json FILE] [--rows N] [--rate N]
 *
 * Peers: Lichtblick's and Foxglove's Log panel cannot be built here offline, and neither project publishes figures of time for it. What
 * is published: Lichtblick's panel holds 100,000 messages of one topic (`historySize` in packages/suite-base/src/panels/Log/index.tsx,
 * version of 2025), and looks at every one of them again, name and text in lower case, at each change and with each frame that brings a
 * message (filterMessages.ts there). That way stands beside ours, in the same page: on as many lines as ours, and on its 100,000.
 * rqt_console stopped answering "for a while" when a filter was added to about 20,000 messages
 * (ros-visualization/rqt_common_plugins#132), and froze at 10,000 messages/s (#116 there).
 * It judges nothing by its exit code: the last table says which targets held.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { aboutRun, finishRun } from './cache/benchRun.mjs';
import { percentile, words } from './cache/figures.mjs';
import { Report } from './cache/Report.mjs';
import { BenchPage } from './page/BenchPage.mjs';
import { fillCache } from './page/fillCache.mjs';
import { Publisher } from './page/Publisher.mjs';
import { scrollEmptyPage } from './page/scrollEmptyPage.mjs';
import { hasDisplay, startDisplay } from '../setup/display.mjs';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    rows: { type: 'string' },
    rate: { type: 'string', default: '2000' },
  },
});
const rows = Number(options.rows ?? (options.quick ? 100_000 : 1_000_000));
const rate = Number(options.rate);
const scrollMs = options.quick ? 5_000 : 20_000;
const scrollPixels = -120;
const frameMsMax = 16.7;
const filterMsMax = 100;
const heapMbMax = 300;
/** What Lichtblick's panel holds. */
const peerRowsMax = 100_000;
const filterTexts = ['goal', '-scan', '/cycle took [0-9]+/', 'node:nav', 'E-4107'];

const report = new Report();
const about = aboutRun({ rows, rate });
report.say(JSON.stringify(about));
const home = await mkdtemp(path.join(os.tmpdir(), 'tether-bench-page-'));
const display = hasDisplay() ? null : await startDisplay();
try {
  report.begin('page');
  const domainId = 100 + (process.pid % 100);
  const floor = await scrollEmptyPage({
    display: display?.display ?? null,
    durationMs: scrollMs / 2,
    pixels: scrollPixels,
  });
  await fillCache({ home, rows, domainId });
  const page = await BenchPage.launch({ home, display: display?.display ?? null });
  try {
    await measure(page, domainId, floor);
  } finally {
    await page.close();
  }
} finally {
  display?.stop();
  await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
finishRun(report, about, options.json);

/**
 * @param {BenchPage} page
 * @param {number} domainId
 * @param {readonly number[]} floor frames of the empty page
 */
async function measure(page, domainId, floor) {
  const loaded = await page.readAllFromDisk();
  report.say(`${words(loaded.rows)} lines read from disk into the list in ${words(loaded.seconds)} s (Home)`);
  const publisher = await Publisher.start({ domainId, ratePerS: rate });
  const before = await page.received();
  const beganMs = performance.now();
  const scrolled = await page.scroll(scrollMs, scrollPixels);
  const followed = await page.scroll(scrollMs / 2, 0);
  const arrivedPerS = ((await page.received()) - before) / ((performance.now() - beganMs) / 1000);
  const filtered = await page.typeFilters(filterTexts);
  const heap = await page.heapMb();
  await publisher.stop();
  const lost = await page.lost();
  const peerMs = await page.filterAllAnew(rows);
  const peerOfItsOwnMs = await page.filterAllAnew(Math.min(rows, peerRowsMax));
  const scrolling = scrolled.frames;
  const following = followed.frames;
  report.say(`${words(arrivedPerS)} lines/s arrived while it was scrolled; ${words(lost)} lost`);
  report.say(
    `frames while following: p50 ${words(percentile(following, 0.5))}, p95 ${words(percentile(following, 0.95))} ms; ` +
      `while scrolling: p50 ${words(percentile(scrolling, 0.5))}, p95 ${words(percentile(scrolling, 0.95))}, ` +
      `p99 ${words(percentile(scrolling, 0.99))} ms, longest ${words(Math.max(...scrolling))} ms of ${words(scrolling.length)} frames`,
  );
  report.table([
    ['ms of processor time a frame', ...Object.keys(scrolled.parts)],
    ['while scrolling', ...Object.values(scrolled.parts).map(words)],
    ['while following', ...Object.values(followed.parts).map(words)],
    ['for a key in the filter, all after it', ...Object.values(filtered.parts).map(words)],
  ]);
  report.say(`page: ${words(heap.usedMb)} MB JavaScript heap, ${words(heap.residentMb)} MB resident`);
  report.say(
    `Lichtblick's way of filtering: ${words(peerMs)} ms for ${words(rows)} lines, ${words(peerOfItsOwnMs)} ms for the ` +
      `${words(Math.min(rows, peerRowsMax))} that it holds at most, at each change and with each frame that brings a line`,
  );
  const scrollTarget = 'p95 frame time while scrolling, ms';
  report.target({
    ...{ what: scrollTarget, figure: tenths(percentile(scrolling, 0.95)), rule: 'max', limit: frameMsMax },
    ...{ peer: 'an empty page', peerFigure: tenths(percentile(floor, 0.95)) },
  });
  report.target({
    ...{
      what: 'filter change painted, ms, the slowest',
      figure: Math.max(...filtered.paintedMs),
      rule: 'max',
      limit: filterMsMax,
    },
    ...{ peer: 'every message anew, without painting', peerFigure: peerMs },
  });
  report.target({
    what: 'JavaScript heap of the page, MB',
    figure: heap.usedMb,
    rule: 'max',
    limit: heapMbMax,
  });
  report.keep({ loaded, arrivedPerS, lost, scrolled, followed, floor, filtered, heap, peerMs, peerOfItsOwnMs });
}

/** Frames come at whole multiples of the display's period, 16.67 ms: what is beyond a tenth is the clock's noise. */
/** @param {number} ms */
function tenths(ms) {
  return Math.round(ms * 10) / 10;
}
