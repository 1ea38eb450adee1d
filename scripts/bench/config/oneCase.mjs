// @ts-check
/**
 * One case in a process of its own, so that its peak of memory is its own: `node oneCase.mjs NUMBER FOLDER`. Prints
 * `{ milliseconds: number[], cpuMilliseconds: number, peakMegabytes, place }`: the times of each run, and the processor's time of one, on
 * average, which other work beside it does not lengthen much.
 */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readRobotFileAt } from '../../../build/main/config/DiskRobotFiles.js';
import { parseRobotFile } from '../../../build/main/config/text/parseRobotFile.js';
import { cases } from './cases.mjs';

const runs = 9;
const wanted = cases[Number(process.argv[2])];
const folder = process.argv[3] ?? '';
const template = cases[0];
if (wanted === undefined || template === undefined || !('text' in template)) throw new Error('which case?');

/** @typedef {{ line: number, column: number, message: string }} Issue */
const file = path.join(folder, 'case.yaml');
const text = 'text' in wanted ? wanted.text() : null;
if ('bytes' in wanted) writeFileSync(file, wanted.bytes());

/** @returns {Promise<Issue | string | null>} a word in place of an issue where the file is not even read */
async function answer() {
  if (text !== null) return parseRobotFile('rover', text).issues[0] ?? null;
  const read = await readRobotFileAt(file);
  return read.ok ? (read.value.issues[0] ?? null) : read.problem.message;
}

// What is compiled and loaded once is no case's own.
const warm = template.text();
for (let run = 0; run < 20; run += 1) parseRobotFile('rover', warm);
const beforeKb = process.resourceUsage().maxRSS;
const milliseconds = [];
const cpuBefore = process.cpuUsage();
/** @type {Issue | string | null} */
let first = null;
for (let run = 0; run < runs; run += 1) {
  const start = performance.now();
  first = await answer();
  milliseconds.push(performance.now() - start);
}
const cpu = process.cpuUsage(cpuBefore);
const cpuMilliseconds = (cpu.user + cpu.system) / 1000 / runs;
const peakMegabytes = (process.resourceUsage().maxRSS - beforeKb) / 1024;
rmSync(file, { force: true });
const place =
  first === null ? '' : typeof first === 'string' ? `1:1 ${first}` : `${first.line}:${first.column} ${first.message}`;
process.stdout.write(JSON.stringify({ milliseconds, cpuMilliseconds, peakMegabytes, place }));
