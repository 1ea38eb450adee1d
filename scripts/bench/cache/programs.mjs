// @ts-check
/**
 * Other programs' disk queues, each fed as it is made for, against ours in commits of 100. They cannot be asked for one commit, so
 * only their rate is measured; ours runs in turn with them.
 */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, words } from './figures.mjs';
import { measureOpenTelemetry, setUpOpenTelemetry } from './peers/openTelemetry.mjs';
import { measureRsyslog, setUpRsyslog } from './peers/rsyslog.mjs';
import { Worker } from './runWorker.mjs';

const commitRecords = 100;
const here = path.dirname(fileURLToPath(import.meta.url));

/** @param {boolean} quick */
function peersOf(quick) {
  const rsyslog = (/** @type {number} */ checkpointInterval, /** @type {number} */ records) => ({
    name: `rsyslog, checkpoint ${checkpointInterval}`,
    setUp: setUpRsyslog,
    measure: (/** @type {string} */ folder) => measureRsyslog(folder, { checkpointInterval, records }),
  });
  return [
    {
      name: 'OpenTelemetry, fsync',
      setUp: setUpOpenTelemetry,
      measure: (/** @type {string} */ folder) => measureOpenTelemetry(folder, { records: quick ? 100_000 : 300_000 }),
      ratioMin: 1.3,
    },
    { ...rsyslog(100, quick ? 4000 : 10_000), ratioMin: 40 },
    { ...rsyslog(1, quick ? 500 : 1500), ratioMin: null },
  ];
}

/** @param {{ report: import('./Report.mjs').Report, folder: string, quick: boolean }} context */
export async function measurePrograms({ report, folder, quick }) {
  const rounds = quick ? 2 : 5;
  const own = path.join(folder, 'programs');
  await mkdir(own, { recursive: true });
  const ours = new Worker('append', ['beside programs']);
  await ours.ask({ open: { module: path.join(here, 'ours.mjs'), folder: own, options: { commitRecords } } });
  const slice = { commitRecords, ms: quick ? 300 : 1000 };
  await ours.ask(slice);
  const rows = [['durable records/s', 'theirs', 'ours, commits of 100']];
  /** @type {Record<string, unknown>} */
  const kept = {};
  for (const { name, setUp, measure, ratioMin } of peersOf(quick)) {
    /** @type {number[]} */
    const theirs = [];
    /** @type {number[]} */
    const beside = [];
    let missing;
    try {
      await setUp();
      for (let round = 0; round < rounds; round += 1) {
        beside.push((await ours.ask(slice)).recordsPerS);
        theirs.push((await measure(folder)).recordsPerS);
      }
    } catch (error) {
      missing = error instanceof Error ? error.message : String(error);
    }
    rows.push([
      name,
      missing === undefined ? words(median(theirs)) : `not measured: ${missing}`,
      words(median(beside)),
    ]);
    kept[name] = { theirs, ours: beside, ...(missing === undefined ? {} : { missing }) };
    if (ratioMin === null) continue;
    report.target({
      what: `durable records/s, commits of ${commitRecords}`,
      figure: median(beside),
      peer: name,
      peerFigure: median(theirs),
      ratio: median(beside.map((value, round) => value / (theirs[round] ?? NaN))),
      rule: 'ratioMin',
      limit: ratioMin,
      ...(missing === undefined ? {} : { missing }),
    });
  }
  await ours.end();
  await rm(own, { recursive: true, force: true });
  report.table(rows);
  report.keep(kept);
}
