// @ts-check
/** Chromium's own trace of all processes of an Electron. */
import { readFile, rm } from 'node:fs/promises';

/**
 * @typedef {{ ph: string, name: string, cat: string, pid: number, tid: number, ts: number, dur?: number, tdur?: number,
 *   id?: string, id2?: { local?: string, global?: string }, args: Record<string, any> }} TraceEvent `ts`, `dur` and `tdur` in
 *   microseconds
 * @param {import('playwright').ElectronApplication} application
 * @param {readonly string[]} categories
 */
export async function beginTrace(application, categories) {
  await application.evaluate(
    ({ contentTracing }, included) => contentTracing.startRecording({ included_categories: included }),
    [...categories],
  );
}

/**
 * @param {import('playwright').ElectronApplication} application
 * @returns {Promise<readonly TraceEvent[]>}
 */
export async function endTrace(application) {
  const file = await application.evaluate(({ contentTracing }) => contentTracing.stopRecording());
  const { traceEvents } = JSON.parse(await readFile(file, 'utf8'));
  await rm(file, { force: true });
  return traceEvents;
}
