// @ts-check
/**
 * How much of a robot's log gets through, and whether what does not is counted: our host alone, our whole engine (cache on, a page
 * fed), an rclpy subscriber and rclnodejs's decoded subscription, one after the other with the same publisher on this machine.
 *
 *   npm run bench -- ingest [--rates 500,2000,10000,20000,30000,0] [--seconds 5] [--rounds 1] [--only host,engine,rclpy,rclnodejs] [--json FILE]
 *
 * "Stamp to page" is from the publisher's stamp to the frame at the page's port, not to the drawn pixel. A rate of 0 is as fast as the publisher can. `rate` is what was asked, `got` what the publisher reached. It judges nothing.
 */
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readToolchain } from '../setup/toolchain.mjs';
import { rootDir } from '../setup/paths.mjs';
import { table } from './cache/figures.mjs';
import { Peer } from './ingest/Peer.mjs';

/** Far from the domains of the demo robot, the tests and people. */
const domainId = 97;

const { values: options } = parseArgs({
  options: {
    rates: { type: 'string', default: '500,2000,10000,20000,30000,0' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '1' },
    only: { type: 'string' },
    json: { type: 'string' },
  },
});
const toolchain = readToolchain();
const ros = toolchain?.ros;
if (!ros) {
  process.stderr.write('This needs ROS 2: npm run setup says why there is none.\n');
  process.exit(1);
}
const env = {
  ...process.env,
  ...ros.env,
  ROS_DOMAIN_ID: String(domainId),
  ROS_AUTOMATIC_DISCOVERY_RANGE: 'LOCALHOST',
  ROS_LOCALHOST_ONLY: '1',
  NODE_NO_WARNINGS: '1',
};
const worker = (/** @type {string} */ name) => path.join(import.meta.dirname, 'ingest', name);
const node = [process.execPath, '--experimental-require-module'];
/** @type {Record<string, { words: string, command: string[] }>} */
const subjects = {
  host: { words: 'our host alone', command: [...node, worker('hostAlone.mjs'), String(domainId)] },
  engine: { words: 'our engine, caching, page fed', command: [...node, worker('wholeEngine.mjs'), String(domainId)] },
  rclpy: { words: 'rclpy subscriber', command: [ros.python, worker('rclpy_subscriber.py')] },
  rclnodejs: { words: 'rclnodejs, decoded', command: [...node, worker('decodedSubscriber.mjs')] },
};
const chosen = options.only?.split(',') ?? Object.keys(subjects);
const rates = options.rates.split(',').map(Number);
const seconds = Number(options.seconds);
const about = { startedAt: new Date().toISOString(), cores: os.availableParallelism(), loadAtStart: os.loadavg()[0] };
process.stdout.write(`${JSON.stringify(about)}\n`);

/** A rate of "as fast as possible" sends so many a second of the run. */
const fastestForSize = 30_000;
const results = [];
for (const rate of rates) {
  for (let round = 0; round < Number(options.rounds); round += 1) {
    for (const name of chosen) {
      const subject = subjects[name];
      if (subject === undefined) throw new Error(`there is no subject ${name}`);
      results.push({ name, ...(await measure(subject, rate, (rate || fastestForSize) * seconds)) });
    }
  }
}

/**
 * @param {{ words: string, command: string[] }} subject
 * @param {number} rate
 * @param {number} count
 */
async function measure({ words, command }, rate, count) {
  const receiver = new Peer(command, env);
  try {
    await receiver.event('ready');
    const publisher = new Peer(
      [
        ros?.python ?? '',
        path.join(rootDir, 'e2e', 'peers', 'rosout_publisher.py'),
        ...['--count', String(count), '--rate', String(rate), '--wait-for-subscribers', '1', '--exit-with-stdin'],
      ],
      env,
    );
    try {
      const { seconds: took } = await publisher.event('done');
      receiver.say('report');
      const { received, lost, cpuS, p50, p95 } = await receiver.event('report');
      const got = Math.round(count / Number(took));
      return { words, rate, got, published: count, received, lost, cpuS, p50, p95 };
    } finally {
      await publisher.end();
    }
  } finally {
    await receiver.end();
  }
}

const percent = (/** @type {number} */ part, /** @type {number} */ whole) => `${((100 * part) / whole).toFixed(2)} %`;
const rows = results.map(({ words, rate, got, published, received, lost, cpuS, p50, p95 }) => {
  const missing = published - Number(received);
  return [
    words,
    rate === 0 ? 'fastest' : String(rate),
    String(got),
    String(published),
    String(received),
    percent(Number(received), published),
    lost === null ? 'not counted' : String(lost),
    lost === null ? '' : missing === lost ? 'exact' : `off by ${missing - Number(lost)}`,
    Number(cpuS).toFixed(1),
    typeof p50 !== 'number' ? '' : `${Number(p50).toFixed(0)}/${Number(p95).toFixed(0)}`,
  ];
});
process.stdout.write(
  `\n${table([['subscriber', 'rate', 'got', 'published', 'received', '', 'counted lost', 'received + lost', 'CPU s', 'stamp to page ms p50/p95'], ...rows])}\n`,
);
process.stdout.write(
  `load average: ${about.loadAtStart?.toFixed(1)} at the start, ${os.loadavg()[0]?.toFixed(1)} at the end\n`,
);
if (options.json !== undefined) writeFileSync(options.json, JSON.stringify({ ...about, results }, null, 2));
