// @ts-check
/**
 * The cache against the disk itself, databases and other programs' disk queues, all in one run on the same disk.
 *
 *   npm run bench -- cache [--only append,rate,...] [--quick] [--json FILE] [--folder FOLDER] [--profile FOLDER]
 *
 * `--quick` takes small sizes, for trying; `--folder` is where the data of the run goes (the system's temporary folder, when it is
 * not given) and nothing is left there; `--profile` keeps a CPU profile of each worker. It judges nothing by its exit code: the
 * last table says which targets held.
 */
import { rmSync } from 'node:fs';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { measureAppend } from './cache/append.mjs';
import { measureDemoRobot } from './cache/demoRobot.mjs';
import { measureInspect } from './cache/inspect.mjs';
import { measureOverfill } from './cache/overfill.mjs';
import { measurePrograms } from './cache/programs.mjs';
import { measureRate } from './cache/rate.mjs';
import { setUpNpmPeers } from './cache/peers/npmPeers.mjs';
import { aboutRun, chosenParts, finishRun, profileInto } from './cache/benchRun.mjs';
import { Report } from './cache/Report.mjs';

const parts = {
  append: measureAppend,
  programs: measurePrograms,
  rate: measureRate,
  overfill: measureOverfill,
  demoRobot: measureDemoRobot,
  inspect: measureInspect,
};

/** What `statfs` says of Linux's file system in memory. */
const tmpfsType = 0x01021994;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    folder: { type: 'string', default: os.tmpdir() },
    profile: { type: 'string', default: '' },
  },
});
const chosen = chosenParts(options.only, Object.keys(parts), 'part ');
profileInto(options.profile);

const report = new Report();
const folder = await mkdtemp(path.join(options.folder, 'tether-bench-'));
const about = aboutRun({ quick: options.quick });
report.say(JSON.stringify(about));
if ((await statfs(folder)).type === tmpfsType) {
  report.say(
    `${folder} is in memory (tmpfs): what is durable cannot be measured there. Name a folder on a disk with --folder.`,
  );
}
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(1);
  });
}
try {
  await setUpNpmPeers().catch((error) => report.say(`The databases could not be set up: ${error.message}`));
  const context = { report, folder, quick: options.quick };
  for (const [name, measure] of Object.entries(parts)) {
    if (!chosen.includes(name)) continue;
    report.begin(name);
    try {
      await measure(context);
    } catch (error) {
      report.say(`${name} broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      process.exitCode = 1;
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
finishRun(report, about, options.json);
