// @ts-check
/**
 * Which pictures a page gave the screen, from Chromium's own stamps in microseconds: those of requestAnimationFrame are rounded to a
 * tenth of a millisecond, and scattered by as much, on a page that is not isolated from other origins.
 *
 * A screen asks for a picture at each of its beats, 60 times a second where there is none (Xvfb). Chromium keeps a PipelineReporter for
 * each beat: when it was (`b`), when its picture was on the screen (`e`), and whether that picture had the state of the page in it.
 * A beat whose picture the compositor drew without the page (`STATE_PRESENTED_PARTIAL`), because the page was late, counts as one
 * without a picture, as one that was dropped does. Without a screen nothing waits for the next beat to show a picture: the instants at which they are shown are
 * scattered by what the drawing takes, and by all else that the processor does.
 */
import { beginTrace, endTrace } from './traceEvents.mjs';

/** Nothing else is recorded: a fuller trace costs time itself. */
const categories = ['benchmark'];
const beatMs = 1000 / 60;

/**
 * @typedef {object} Pictures of those that have the page's newest state
 * @property {readonly number[]} beatsMs from the beat of each to the beat of the next: what requestAnimationFrame says, unrounded
 * @property {readonly number[]} shownMs from the instant at which each was shown to that of the next
 * @property {number} beats between the first and the last of them
 * @property {number} missed of these beats, those without a picture of the page
 */

/** @param {import('playwright').ElectronApplication} application */
export async function startPictureTrace(application) {
  await beginTrace(application, categories);
}

/**
 * @param {import('playwright').ElectronApplication} application with one window
 * @returns {Promise<Pictures>}
 */
export async function stopPictureTrace(application) {
  const events = await endTrace(application);
  const pid = await application.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
  );
  return picturesOf(events.filter((event) => event.pid === pid));
}

/**
 * @param {readonly import('./traceEvents.mjs').TraceEvent[]} events of the page's process
 * @returns {Pictures}
 */
function picturesOf(events) {
  /** @type {Map<string, import('./traceEvents.mjs').TraceEvent>} */
  const begun = new Map();
  /** @type {number[]} */
  const beatsUs = [];
  /** @type {number[]} */
  const shownUs = [];
  for (const event of events) {
    if (event.name !== 'PipelineReporter') continue;
    const key = String(event.id2?.local ?? event.id);
    if (event.ph === 'b') begun.set(key, event);
    const beat = event.ph === 'e' ? begun.get(key) : undefined;
    if (beat === undefined) continue;
    begun.delete(key);
    if (beat.args['chrome_frame_reporter']?.state !== 'STATE_PRESENTED_ALL') continue;
    beatsUs.push(beat.ts);
    shownUs.push(event.ts);
  }
  const beatsMs = intervalsMs(beatsUs);
  const beats = beatsMs.reduce((sum, ms) => sum + Math.round(ms / beatMs), 0);
  return { beatsMs, shownMs: intervalsMs(shownUs), beats, missed: beats - beatsMs.length };
}

/** @param {readonly number[]} timesUs */
function intervalsMs(timesUs) {
  const times = [...new Set(timesUs)].sort((left, right) => left - right);
  return times.slice(1).map((time, index) => (time - (times[index] ?? time)) / 1000);
}
