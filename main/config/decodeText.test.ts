import { expect, test } from 'vitest';
import { decodeText } from './decodeText.js';

const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];

test('UTF-8 is given as it is, with its mark', () => {
  expect(decodeText(Buffer.from('\ufeffa: "Größe 🤖"\n'))).toEqual({ text: '\ufeffa: "Größe 🤖"\n', issue: null });
});

test.each([
  ['Latin-1', [...utf8('a: 1\nb: "Gr'), 0xf6, 0xdf, ...utf8('e"\n')], 2, 7, /Latin-1/],
  ['a cut end', [...utf8('a: 1\n€'), 0xe2, 0x82], 2, 2, /UTF-8/],
  ['the cut end of U+FFFD itself', [...utf8('a\ufffd'), 0xef, 0xbf], 1, 3, /UTF-8/],
  ['an overlong slash', [...utf8('🤖'), 0xc0, 0xaf], 1, 3, /UTF-8/],
  ['half of a pair', [...utf8('a: '), 0xed, 0xa0, 0x80], 1, 4, /UTF-8/],
  ['UTF-16 with its mark', [0xff, 0xfe, 0x61, 0x00], 1, 1, /UTF-16/],
  ['after true replacement characters', [...utf8('\ufffd\n\ufffdb\ufffd'), 0xff], 2, 4, /UTF-8/],
])('%s: the place of the first wrong byte', (_, bytes, line, column, words) => {
  const { issue } = decodeText(new Uint8Array(bytes));
  expect(issue).toMatchObject({ line, column, severity: 'error', message: expect.stringMatching(words) as string });
});

test('a megabyte of true replacement characters is gone through once', () => {
  // Once for each of them it would take minutes, and the test its time limit.
  const bytes = Buffer.concat([Buffer.from('\ufffd'.repeat(333_000)), Buffer.from([0xff])]);
  expect(decodeText(bytes).issue).toMatchObject({ line: 1, column: 333_001 });
});
