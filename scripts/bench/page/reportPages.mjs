// @ts-check
import { median, percentile, words } from '../cache/figures.mjs';
import { PeerMissing } from '../cache/peers/folder.mjs';

const frameMsMax = 16.7;
const filterMsMax = 100;
const heapMbMax = 300;

/** @typedef {import('./measureTether.mjs').PageFigures} PageFigures */
/**
 * @typedef {object} Pages what was measured of each, or why it was not
 * @property {{ scrolled: import('./MeasuredPage.mjs').Scrolled }} [empty]
 * @property {Awaited<ReturnType<typeof import('./measureTether.mjs').measureTether>>} [tether]
 * @property {Record<string, PageFigures | PeerMissing>} peers by name and how many they hold
 */

/**
 * @param {import('../cache/Report.mjs').Report} report
 * @param {Pages} pages
 */
export function reportPages(report, pages) {
  const { empty, tether } = pages;
  if (tether !== undefined) {
    report.say(`${words(tether.rows)} lines read from disk into the list in ${words(tether.loadedSeconds)} s (Home)`);
    report.say(`${words(tether.lost)} lines lost`);
  }
  const peers = Object.entries(pages.peers);
  /** @type {readonly (readonly [string, Partial<PageFigures> | PeerMissing | undefined])[]} */
  const columns = [['an empty page', empty], ['ours', tether], ...peers];
  /** @type {(readonly [string, Partial<PageFigures>])[]} */
  const shown = [];
  for (const [name, figures] of columns) {
    if (figures instanceof PeerMissing) report.say(`${name}: ${figures.message}`);
    else if (figures !== undefined) shown.push([name, figures]);
  }
  report.table([
    ['', ...shown.map(([name]) => name)],
    ...lines.map(([name, of]) => [name, ...shown.map(([, figures]) => of(figures))]),
  ]);
  report.table([
    ['ms of processor time a frame', ...partNames],
    ...shown.map(([name, { scrolled }]) => [`${name}: scrolling`, ...partWords(scrolled?.parts)]),
    ...shown.map(([name, { followed }]) => [`${name}: following`, ...partWords(followed?.parts)]),
    ['ours: for a key in the filter, all after it', ...partWords(tether?.keyParts)],
  ]);
  if (tether !== undefined) reportTargets(report, tether, empty, peers);
  report.keep(
    Object.fromEntries(
      columns.map(([name, of]) => [name, of instanceof PeerMissing ? { missing: of.message } : (of ?? null)]),
    ),
  );
}

/**
 * @param {import('../cache/Report.mjs').Report} report
 * @param {NonNullable<Pages['tether']>} tether
 * @param {Pages['empty']} empty
 * @param {readonly [string, PageFigures | PeerMissing][]} peers
 */
function reportTargets(report, tether, empty, peers) {
  // The one with as many lines as ours, if it bore them.
  const [peerName, peer] = peers.findLast(([, of]) => !(of instanceof PeerMissing)) ?? ['', undefined];
  const why = peers.find(([, of]) => of instanceof PeerMissing)?.[1];
  const missing = why instanceof PeerMissing ? { missing: why.message } : {};
  /**
   * @param {string} what
   * @param {number} limit
   * @param {number} figure
   * @param {number | undefined} peerFigure
   */
  const target = (what, limit, figure, peerFigure, name = peerName) => {
    const beside = peerFigure === undefined ? missing : { peer: name, peerFigure };
    report.target({ what, figure, rule: 'max', limit, ...beside });
  };
  const pictures = (/** @type {Pages['empty']} */ of) => of && p(of.scrolled.pictures.beatsMs, 0.95);
  const calls = (/** @type {Pages['empty']} */ of) => of && tenths(percentile(of.scrolled.frames, 0.95));
  const slowest = (/** @type {PageFigures | undefined} */ of) => of && Math.max(...of.paintedMs);
  const scrolling = 'p95 frame while scrolling, ms';
  target(`${scrolling}, pictures`, frameMsMax, pictures(tether) ?? NaN, pictures(measured(peer)));
  target(`${scrolling}, requestAnimationFrame`, frameMsMax, calls(tether) ?? NaN, calls(empty), 'an empty page');
  target('filter change painted, ms, the slowest', filterMsMax, slowest(tether) ?? NaN, slowest(measured(peer)));
  target('JavaScript heap of the page, MB', heapMbMax, tether.heap.usedMb, measured(peer)?.heap.usedMb);
}

const partNames = /** @type {const} */ ([
  'script',
  'collecting',
  'style',
  'layout',
  'paint',
  'other',
  'main',
  'raster',
]);

/** @param {import('./FrameTrace.mjs').FrameParts | undefined} parts */
function partWords(parts) {
  return partNames.map((part) => words(parts?.[part] ?? NaN));
}

/** @type {readonly (readonly [string, (figures: Partial<PageFigures>) => string])[]} */
const lines = [
  ['lines in the list', ({ rows }) => words(rows ?? NaN)],
  ['lines that arrived, 1/s', ({ arrivedPerS }) => words(arrivedPerS ?? NaN)],
  ['scrolling: beat to beat of pictures, ms, p50', ({ scrolled }) => fixed(p(scrolled?.pictures.beatsMs, 0.5))],
  ['  p95', ({ scrolled }) => fixed(p(scrolled?.pictures.beatsMs, 0.95))],
  ['  p99', ({ scrolled }) => fixed(p(scrolled?.pictures.beatsMs, 0.99))],
  ['  longest', ({ scrolled }) => fixed(Math.max(...(scrolled?.pictures.beatsMs ?? [])))],
  [`  at ${frameMsMax} ms or less, %`, ({ scrolled }) => fixed(shareInTime(scrolled?.pictures.beatsMs))],
  ['  beats without a picture, of all', ({ scrolled }) => missedOf(scrolled)],
  ['scrolling: instants of pictures, ms, p50', ({ scrolled }) => fixed(p(scrolled?.pictures.shownMs, 0.5))],
  ['  p95', ({ scrolled }) => fixed(p(scrolled?.pictures.shownMs, 0.95))],
  ['  p99', ({ scrolled }) => fixed(p(scrolled?.pictures.shownMs, 0.99))],
  [`  at ${frameMsMax} ms or less, %`, ({ scrolled }) => fixed(shareInTime(scrolled?.pictures.shownMs))],
  ['scrolling: requestAnimationFrame, ms, p50', ({ scrolled }) => fixed(p(scrolled?.frames, 0.5))],
  ['  p95', ({ scrolled }) => fixed(p(scrolled?.frames, 0.95))],
  ['  p99', ({ scrolled }) => fixed(p(scrolled?.frames, 0.99))],
  [`  at ${frameMsMax} ms or less, %`, ({ scrolled }) => fixed(shareInTime(scrolled?.frames))],
  ['following: beat to beat of pictures, ms, p95', ({ followed }) => fixed(p(followed?.pictures.beatsMs, 0.95))],
  ['filter change painted, ms, p50', ({ paintedMs }) => words(median(paintedMs ?? []))],
  ['  the slowest', ({ paintedMs }) => words(Math.max(...(paintedMs ?? [])))],
  ['JavaScript heap, MB', ({ heap }) => words(heap?.usedMb ?? NaN)],
  ['resident, MB', ({ heap }) => words(heap?.residentMb ?? NaN)],
];

/**
 * @param {readonly number[] | undefined} values
 * @param {number} part
 */
function p(values, part) {
  return percentile(values ?? [], part);
}

/** @param {readonly number[] | undefined} intervals */
function shareInTime(intervals) {
  if (intervals === undefined) return NaN;
  return (100 * intervals.filter((ms) => ms <= frameMsMax).length) / intervals.length;
}

/** @param {import('./MeasuredPage.mjs').Scrolled | undefined} scrolled */
function missedOf(scrolled) {
  return scrolled === undefined ? '–' : `${words(scrolled.pictures.missed)} / ${words(scrolled.pictures.beats)}`;
}

/** @param {number} value with two decimals */
function fixed(value) {
  return Number.isFinite(value) ? value.toFixed(2) : '–';
}

/** @param {number} ms what is beyond a tenth is the noise of that clock */
function tenths(ms) {
  return Math.round(ms * 10) / 10;
}

/**
 * @template Figures
 * @param {Figures | PeerMissing | undefined} of
 * @returns {Figures | undefined}
 */
function measured(of) {
  return of instanceof PeerMissing ? undefined : of;
}
