// @ts-check
import { open } from 'node:fs/promises';
import { LogMaker } from '../records.mjs';

/**
 * The records as lines of text, for programs that read those.
 * @param {import('../records.mjs').Log} log
 * @param {number} number
 */
export function lineOf({ severity, node, message, file, function: functionName, line }, number) {
  return `${severity} 17${number.toString().padStart(17, '0')} ${node}: ${message} ${file} ${functionName} ${line}\n`;
}

/**
 * @param {string} path
 * @param {number} records
 */
export async function writeLines(path, records) {
  const maker = new LogMaker(21);
  const file = await open(path, 'wx');
  for (let next = 0; next < records;) {
    const lines = [];
    for (; lines.length < 10_000 && next < records; next += 1) lines.push(lineOf(maker.next(), next));
    await file.write(lines.join(''));
  }
  await file.close();
}
