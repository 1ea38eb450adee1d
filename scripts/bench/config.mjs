// @ts-check
/**
 * `npm run bench -- config`: how long hostile and large texts hold up the reader of robot files, and what memory they take,
 * beside the `yaml` package's own reader on the same text in the same run. Robot files are read at each keystroke.
 */
import { parseDocument } from 'yaml';
import { newRobotText } from '../../build/main/config/newRobotText.js';
import { parseRobotFile } from '../../build/main/config/text/parseRobotFile.js';

const letters = 'abcdefghijkl';
const explosion = [...letters]
  .map((name, index) => `${name}: &${name} [${index === 0 ? 'x, '.repeat(9) : `*${letters[index - 1]}, `.repeat(9)}]\n`)
  .join('');

/** @type {readonly (readonly [string, string])[]} */
const texts = [
  ['the template', newRobotText({ name: 'rover', domainId: 7, cloud: 'aws' })],
  ['500,000 brackets', '['.repeat(500_000)],
  ['1,000 maps in each other', Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')],
  ['aliases that would be 9^12', `${explosion}topics: *l\n`],
  ['90,000 equal keys', `tether:\n  ros__parameters:\n${'    a: 1\n'.repeat(90_000)}`],
  [
    '5,000 unknown keys',
    `tether:\n  ros__parameters:\n${Array.from({ length: 5000 }, (_, index) => `    k${index}: 1\n`).join('')}`,
  ],
  ['a text of 900 kB', `tether:\n  ros__parameters:\n    profile: "${'x'.repeat(900_000)}"\n`],
  ['100 MB', 'a: b\n'.repeat(20_000_000)],
];

/** Longest text that the peer is given: beyond, it takes minutes. */
const peerTextMax = 1_000_000;
const runs = 5;

/** @param {() => unknown} action @returns {{ milliseconds: number, megabytes: number }} the median, and the largest growth */
function measure(action) {
  const times = [];
  let megabytes = 0;
  for (let run = 0; run < runs; run += 1) {
    const before = process.memoryUsage.rss();
    const start = performance.now();
    action();
    times.push(performance.now() - start);
    megabytes = Math.max(megabytes, (process.memoryUsage.rss() - before) / 2 ** 20);
  }
  return { milliseconds: times.sort((a, b) => a - b)[runs >> 1] ?? 0, megabytes };
}

/** @param {string} text */
function peer(text) {
  try {
    parseDocument(text, { logLevel: 'silent' });
  } catch {
    // It recurses until the stack ends: that is its answer.
  }
}

for (const [name, text] of texts) {
  const ours = measure(() => parseRobotFile('rover', text));
  const first = parseRobotFile('rover', text).issues[0];
  const place = first === undefined ? 'valid' : `${first.line}:${first.column} ${first.message.slice(0, 50)}`;
  const theirs =
    text.length > peerTextMax
      ? null
      : measure(() => {
          peer(text);
        });
  const words =
    theirs === null
      ? '–'
      : `${theirs.milliseconds.toFixed(1)} ms (${(theirs.milliseconds / ours.milliseconds).toFixed(1)}x)`;
  process.stdout.write(
    `${name.padEnd(28)} ${ours.milliseconds.toFixed(1).padStart(7)} ms  +${ours.megabytes.toFixed(0)} MB  yaml: ${words.padEnd(22)} ${place}\n`,
  );
}
