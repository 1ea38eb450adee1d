// @ts-check
/**
 * Hostile, wrong and large robot files. `text` goes to the parser alone, as at each keystroke in the page; `bytes` lie on disk and
 * are read as the engine reads them.
 */
import { newRobotText } from '../../../build/main/config/newRobotText.js';

const template = newRobotText({ name: 'rover', domainId: 7, cloud: 'aws' });
const letters = 'abcdefghijkl';
const explosion = [...letters]
  .map((name, index) => `${name}: &${name} [${index === 0 ? 'x, '.repeat(9) : `*${letters[index - 1]}, `.repeat(9)}]\n`)
  .join('');
const withUmlaut = template.replace('"robots"', '"Gr\u00f6\u00dfe"');

/** @param {string} text @param {boolean} bigEndian @param {boolean} marked with a byte order mark */
function utf16(text, bigEndian, marked) {
  const bytes = Buffer.from(marked ? `\ufeff${text}` : text, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
}

/** @param {Buffer} bytes @param {number} at @param {readonly number[]} put */
function withBytes(bytes, at, put) {
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(put), bytes.subarray(at)]);
}

const utf8 = Buffer.from(template);
const line = utf8.indexOf('log_group_name');

/** @type {readonly ({ name: string, isValid?: boolean } & ({ text: () => string } | { bytes: () => Buffer }))[]} */
export const cases = [
  { name: 'the template', isValid: true, text: () => template },
  { name: '500,000 brackets', text: () => '['.repeat(500_000) },
  {
    name: '1,000 maps in each other',
    text: () => Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''),
  },
  { name: 'aliases that would be 9^12', text: () => `${explosion}topics: *l\n` },
  { name: '90,000 equal keys', text: () => `tether:\n  ros__parameters:\n${'    a: 1\n'.repeat(90_000)}` },
  {
    name: '5,000 unknown keys',
    text: () =>
      `tether:\n  ros__parameters:\n${Array.from({ length: 5000 }, (_, index) => `    k${index}: 1\n`).join('')}`,
  },
  { name: 'one text of 900 kB', text: () => `tether:\n  ros__parameters:\n    profile: "${'x'.repeat(900_000)}"\n` },
  { name: '100 MB, in memory', text: () => 'a: b\n'.repeat(20_000_000) },
  { name: '100 MB, on disk', bytes: () => Buffer.alloc(100_000_000, 'a: b\n') },
  { name: '1 MB of newlines, on disk', bytes: () => Buffer.alloc(1_000_000, '\n') },
  { name: 'UTF-16, little end, with a mark', bytes: () => utf16(template, false, true) },
  { name: 'UTF-16, big end, with a mark', bytes: () => utf16(template, true, true) },
  { name: 'UTF-16, little end, no mark', bytes: () => utf16(template, false, false) },
  { name: 'UTF-16, big end, no mark', bytes: () => utf16(template, true, false) },
  { name: 'Latin-1', bytes: () => Buffer.from(withUmlaut, 'latin1') },
  { name: 'a lone NUL', bytes: () => withBytes(utf8, line, [0]) },
  { name: 'a byte that never is UTF-8', bytes: () => withBytes(utf8, line, [0xff]) },
  { name: 'a character cut short at the end', bytes: () => Buffer.concat([utf8, Buffer.from([0xe2, 0x82])]) },
  { name: 'an overlong slash', bytes: () => withBytes(utf8, line, [0xc0, 0xaf]) },
  { name: 'half of a surrogate pair', bytes: () => withBytes(utf8, line, [0xed, 0xa0, 0x80]) },
  { name: '1 MB of 0xFF', bytes: () => Buffer.alloc(1_000_000, 0xff) },
  {
    name: '1 MB, wrong in its last byte',
    bytes: () => Buffer.concat([Buffer.alloc(999_999, '# why\n'), Buffer.from([0xff])]),
  },
  {
    name: '1 MB of true U+FFFD, then a wrong byte',
    bytes: () => Buffer.concat([Buffer.from('\ufffd'.repeat(333_000)), Buffer.from([0xff])]),
  },
];
