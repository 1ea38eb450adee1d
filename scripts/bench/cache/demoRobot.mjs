// @ts-check
/** What a record of the demo robot takes in a closed segment, beside the same lines compressed as one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rootDir } from '../../setup/paths.mjs';
import { words } from './figures.mjs';
import { runWorker } from './runWorker.mjs';

const script = path.join(path.dirname(fileURLToPath(import.meta.url)), 'demoRobotLogs.py');

/** @param {{ report: import('./Report.mjs').Report, folder: string, quick: boolean }} context */
export async function measureDemoRobot({ report, folder, quick }) {
  const file = path.join(folder, 'demo-robot.jsonl');
  const target = { what: 'demo robot, closed segments, bytes a record', rule: /** @type {const} */ ('max'), limit: 40 };
  try {
    await writeLogs(file, quick ? 20_000 : 100_000);
  } catch (error) {
    const missing = error instanceof Error ? error.message : String(error);
    report.target({ ...target, figure: NaN, missing });
    return;
  }
  const stored = await runWorker('demoRobot', { folder: path.join(folder, 'demo-robot'), file });
  const text = await readFile(file);
  const gzipped = gzipSync(text).byteLength / text.toString('latin1').split('\n').length;
  const figure = stored.bytes / stored.records;
  report.say(
    `${words(stored.records)} records in ${words(stored.segments)} closed segments${stored.packs ? '' : ' (not packed in this build)'}: ` +
      `${words(figure)} bytes a record; the same lines as JSON in one gzip: ${words(gzipped)}`,
  );
  report.target({ ...target, figure, peer: 'one gzip of all as JSON', peerFigure: gzipped });
  report.keep({ ...stored, gzipped });
}

/**
 * @param {string} file
 * @param {number} records
 */
async function writeLogs(file, records) {
  const args = [script, path.join(rootDir, 'assets', 'demo_robot'), String(records)];
  const child = spawn('python3', args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    words = (words + text).slice(-300);
  });
  const failed = once(child, 'error').then(([error]) => {
    throw error;
  });
  const ended = once(child, 'close');
  await Promise.race([failed, pipeline(child.stdout, createWriteStream(file))]);
  const [code] = await ended;
  if (code !== 0) throw new Error(`python3 ended with ${code}: ${words.trim().split('\n').at(-1)}`);
}
