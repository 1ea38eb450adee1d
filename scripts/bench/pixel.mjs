// @ts-check
/**
 * From the robot to the pixel: how old a log line is when it is drawn in the app's window. A real rclpy publisher sends numbered
 * lines at a rate; the app is the real Electron, with its cache on and its list following the newest line.
 *
 *   npm run bench -- pixel [--rate 500] [--seconds 20] [--rounds 3] [--only app,plain,rclpy] [--json FILE]
 *
 * Measured is from the publisher's stamp, set right before it publishes, to the moment at which Chromium presented the frame that shows
 * the line (`presented`; see pixel/watchDrawn.mjs for what else is looked at, and for the clocks). Lines that never reach the page
 * are not left out silently: their number stands beside. Peers, in turn with ours: the same host feeding the least page that can
 * be made in the same Electron, and an rclpy subscriber's callback, where nothing is drawn. It judges nothing by its exit code.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { hasDisplay, startDisplay } from '../setup/display.mjs';
import { rootDir } from '../setup/paths.mjs';
import { readToolchain } from '../setup/toolchain.mjs';
import { aboutRun, chosenParts, finishRun } from './cache/benchRun.mjs';
import { percentile } from './cache/figures.mjs';
import { Report } from './cache/Report.mjs';
import { Peer } from './ingest/Peer.mjs';
import * as subjects from './pixel/subjects.mjs';

const p50MsMax = 40;
const p95MsMax = 100;
const subjectWords = { app: 'the app', plain: 'our host, a plain page', rclpy: 'rclpy' };

const { values: options } = parseArgs({
  options: {
    rate: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    json: { type: 'string' },
  },
});
const rate = Number(options.rate);
const count = rate * Number(options.seconds);
const chosen = /** @type {(keyof typeof subjectWords)[]} */ (chosenParts(options.only, Object.keys(subjectWords)));
const toolchain = readToolchain();
if (!toolchain?.ros || !toolchain.electron) {
  process.stderr.write('This needs ROS 2 and Electron: npm run setup says why there is none.\n');
  process.exit(1);
}
const { ros } = toolchain;
const domainId = 98;
const env = {
  ...process.env,
  ...ros.env,
  ROS_DOMAIN_ID: String(domainId),
  ROS_AUTOMATIC_DISCOVERY_RANGE: 'LOCALHOST',
  NODE_NO_WARNINGS: '1',
};
const report = new Report();
const about = aboutRun({ rate });
report.say(JSON.stringify(about));
report.begin('pixel');
const display = hasDisplay() ? null : await startDisplay();
/** @type {Record<string, Record<string, number[]>>} all rounds together, by subject and place */
const ages = {};
try {
  for (let round = 0; round < Number(options.rounds); round += 1) {
    for (const name of chosen) {
      const ground = { toolchain, env, domainId, display: display?.display ?? null, publish };
      const measured = await subjects[name](ground);
      const ofSubject = (ages[name] ??= {});
      for (const [place, more] of Object.entries(measured)) ofSubject[place] = [...(ofSubject[place] ?? []), ...more];
    }
  }
} finally {
  display?.stop();
}
const published = count * Number(options.rounds);
/** @param {readonly number[]} list @param {number} part */
const figure = (list, part) => percentile(list, part).toFixed(1);
report.table([
  ['ms from stamp to', '', 'p50', 'p95', 'p99', 'longest', 'lines', 'missing'],
  ...Object.entries(ages).flatMap(([name, places]) =>
    Object.entries(places).map(([place, list]) => [
      ...[subjectWords[/** @type {keyof typeof subjectWords} */ (name)], place],
      ...[figure(list, 0.5), figure(list, 0.95), figure(list, 0.99), percentile(list, 1).toFixed(1)],
      ...[String(list.length), String(published - list.length)],
    ]),
  ),
]);
const peer = { peer: subjectWords.plain };
for (const { part, limit } of [
  { part: 0.5, limit: p50MsMax },
  { part: 0.95, limit: p95MsMax },
]) {
  const peerFigure = percentile(ages['plain']?.['presented'] ?? [], part);
  report.target({
    ...{ what: `stamp to pixel, p${part * 100}, ms`, figure: percentile(ages['app']?.['presented'] ?? [], part) },
    ...{ rule: /** @type {const} */ ('max'), limit },
    ...(Number.isNaN(peerFigure) ? {} : { ...peer, peerFigure }),
  });
}
report.keep({ ages });
finishRun(report, about, options.json);

/** @returns {Promise<readonly number[]>} */
async function publish() {
  const publisher = new Peer(
    [
      ...[
        ros.python,
        path.join(rootDir, 'e2e', 'peers', 'rosout_publisher.py'),
        '--text',
        'a line of the test #{number}',
      ],
      ...['--count', String(count), '--rate', String(rate), '--wait-for-subscribers', '1'],
      ...['--settle', '2', '--tell-stamps', '--exit-with-stdin'],
    ],
    env,
  );
  try {
    const { stampsMs } = await publisher.event('stamps');
    await publisher.event('done');
    return /** @type {number[]} */ (stampsMs);
  } finally {
    await publisher.end();
  }
}
