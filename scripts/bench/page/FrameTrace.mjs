// @ts-check
/**
 * Where the time of frames goes, from Chromium's own trace: thread time, which other programs on the machine do not lengthen as they
 * do the time between two frames.
 */
import { beginTrace, endTrace } from './traceEvents.mjs';

/** What an event's own time counts as; the time of others counts as that of what they stand in. */
const parts = {
  script: ['FunctionCall', 'EvaluateScript', 'FireAnimationFrame', 'EventDispatch', 'TimerFire', 'v8.callFunction'],
  style: ['UpdateLayoutTree'],
  layout: ['Layout'],
  paint: ['PrePaint', 'Paint', 'Layerize', 'LayerTreeHost::DoUpdateLayers'],
};
/** @type {ReadonlyMap<string, string>} */
const partOfName = new Map(
  Object.entries(parts).flatMap(([part, names]) => names.map((name) => /** @type {const} */ ([name, part]))),
);
const collectingPrefix = 'V8.GC';

/**
 * Milliseconds of processor time a frame: each part of the page's main thread, `other` for the rest of its tasks, `raster` for all
 * threads that draw tiles.
 * @typedef {Record<'script' | 'collecting' | 'style' | 'layout' | 'paint' | 'other' | 'main' | 'raster', number>} FrameParts
 */

const categories = ['toplevel', 'devtools.timeline', 'v8', 'cc'];

/** @param {import('playwright').ElectronApplication} application */
export async function startTrace(application) {
  await beginTrace(application, categories);
}

/**
 * @param {import('playwright').ElectronApplication} application
 * @param {number} frames that were shown since the trace began
 * @returns {Promise<FrameParts>}
 */
export async function stopTrace(application, frames) {
  return partsOf(await endTrace(application), frames);
}

/**
 * @typedef {import('./traceEvents.mjs').TraceEvent} TraceEvent
 * @param {readonly TraceEvent[]} events
 * @param {number} frames
 * @returns {FrameParts}
 */
function partsOf(events, frames) {
  const mains = new Set(
    events
      .filter(({ ph, name, args }) => ph === 'M' && name === 'thread_name' && args['name'] === 'CrRendererMain')
      .map(threadOf),
  );
  /** @type {Map<string, TraceEvent[]>} */
  const byThread = new Map();
  let rasterUs = 0;
  for (const event of events) {
    if (event.ph !== 'X') continue;
    if (event.name === 'RasterTask') rasterUs += event.tdur ?? event.dur ?? 0;
    const thread = threadOf(event);
    if (!mains.has(thread)) continue;
    const list = byThread.get(thread) ?? [];
    list.push(event);
    byThread.set(thread, list);
  }
  /** @type {Record<string, number>} */
  const sums = { script: 0, collecting: 0, style: 0, layout: 0, paint: 0, other: 0, main: 0 };
  for (const list of byThread.values()) addThread(list, sums);
  const aFrame = (/** @type {number} */ us) => us / 1000 / Math.max(1, frames);
  const figures = Object.fromEntries(Object.entries(sums).map(([part, us]) => [part, aFrame(us)]));
  return /** @type {FrameParts} */ ({ ...figures, raster: aFrame(rasterUs) });
}

/**
 * Adds each event's own time (less that of the events in it) to its part.
 * @param {TraceEvent[]} events of one thread
 * @param {Record<string, number>} sums microseconds
 */
function addThread(events, sums) {
  events.sort((left, right) => left.ts - right.ts || (right.dur ?? 0) - (left.dur ?? 0));
  /** @type {{ untilUs: number, part: string }[]} */
  const open = [];
  for (const event of events) {
    while ((open.at(-1)?.untilUs ?? Infinity) <= event.ts) open.pop();
    const around = open.at(-1);
    const part = event.name.startsWith(collectingPrefix)
      ? 'collecting'
      : (partOfName.get(event.name) ?? around?.part ?? 'other');
    const us = event.tdur ?? event.dur ?? 0;
    sums[part] = (sums[part] ?? 0) + us;
    if (around === undefined) sums['main'] = (sums['main'] ?? 0) + us;
    else sums[around.part] = (sums[around.part] ?? 0) - us;
    open.push({ untilUs: event.ts + (event.dur ?? 0), part });
  }
}

/** @param {{ pid: number, tid: number }} event */
function threadOf({ pid, tid }) {
  return `${pid}/${tid}`;
}
