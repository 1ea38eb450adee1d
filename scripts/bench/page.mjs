// @ts-check
/**
 * The log desk in the real Electron: a million lines behind the list, two thousand more a second from a real ROS 2 publisher.
 *
 *   npm run bench -- page [--quick] [--json FILE] [--rows N] [--rate N] [--only empty,tether,studio] [--pictures FOLDER]
 *
 * The peer is the whole log panel of Foxglove Studio's last open release (`@foxglove/studio-base` of the npm registry) in the
 * providers of its own stories, bundled into one page, in the same Electron, at the same size, with the same lines, scrolled and measured
 * by the same means: once with the 100,000 messages that it holds by itself, once made to hold as many as our list. With each frame that
 * brings a message it looks at all of them again, and makes new objects of all that the filter lets through. Lichtblick's panel is what
 * became of it since, and is in no registry (docs/page-measured.md has its figures).
 * It gets its messages in the page, where ours come from a robot through three processes: what is measured is the page alone.
 *
 * Frames by two clocks. `pictures` are Chromium's own stamps, in microseconds, of when a picture with the page's newest state was on
 * the screen (page/PictureTrace.mjs says which). `requestAnimationFrame` has stamps rounded to a tenth of a millisecond and
 * scattered by as much: of a screen with 60 pictures a second it says 16.6 to 16.8, also of an empty page. The limit of 16.7 ms is
 * held by the first to what it means, a picture at every beat of 16.67 ms; the second stands beside it.
 * It judges nothing by its exit code: the last table says which targets held.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { aboutRun, chosenParts, finishRun } from './cache/benchRun.mjs';
import { PeerMissing } from './cache/peers/folder.mjs';
import { Report } from './cache/Report.mjs';
import { measureTether } from './page/measureTether.mjs';
import { reportPages } from './page/reportPages.mjs';
import { scrollEmptyPage } from './page/scrollEmptyPage.mjs';
import { buildStudioPage } from './page/peers/buildPanelPage.mjs';
import { measurePanel } from './page/peers/measurePanel.mjs';
import { heldMax } from './page/peers/panelPackages.mjs';
import { hasDisplay, startDisplay } from '../setup/display.mjs';
import { readToolchain } from '../setup/toolchain.mjs';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    rows: { type: 'string' },
    rate: { type: 'string', default: '2000' },
    only: { type: 'string' },
    pictures: { type: 'string' },
  },
});
const rows = Number(options.rows ?? (options.quick ? 100_000 : 1_000_000));
const ratePerS = Number(options.rate);
const parts = chosenParts(options.only, ['empty', 'tether', 'studio'], 'part ');

const report = new Report();
const about = aboutRun({ rows, rate: ratePerS });
report.say(JSON.stringify(about));
const electron = readToolchain()?.electron;
if (!electron) throw new Error('There is no Electron: npm run setup says why.');
const home = await mkdtemp(path.join(os.tmpdir(), 'tether-bench-page-'));
const ownDisplay = hasDisplay() ? null : await startDisplay();
const display = ownDisplay?.display ?? null;
/** @type {import('./page/reportPages.mjs').Pages} */
const pages = { peers: {} };
const ground = { electron, display, ratePerS, pixels: -120, picturesFolder: options.pictures ?? null };
const scrollMs = options.quick ? 5_000 : 12_000;
try {
  report.begin('page');
  // Before anything is measured: it takes a minute the first time.
  const file = parts.includes('studio') ? await studioOrWhyNot() : null;
  if (parts.includes('empty')) {
    pages.empty = { scrolled: await scrollEmptyPage({ ...ground, durationMs: scrollMs / 2 }) };
  }
  if (parts.includes('tether')) pages.tether = await measureTether({ ...ground, home, rows, scrollMs });
  for (const held of new Set([Math.min(rows, heldMax), rows])) {
    if (file === null) break;
    pages.peers[`Studio, ${held.toLocaleString('en-US')}`] =
      file instanceof PeerMissing
        ? file
        : await measurePanel({ ...ground, file, rows: held, held, scrollMs: scrollMs / 2 });
  }
  reportPages(report, pages);
} finally {
  ownDisplay?.stop();
  await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
finishRun(report, about, options.json);

async function studioOrWhyNot() {
  try {
    return await buildStudioPage();
  } catch (error) {
    if (error instanceof PeerMissing) return error;
    throw error;
  }
}
