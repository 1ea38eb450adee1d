import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { type LiteralNeed, needIsMet, noNeed, requiredLiterals } from './requiredLiterals.js';
import { problemOfRegex } from './safeRegex.js';

function literal(text: string): LiteralNeed {
  return { type: 'literal', text, anyCase: false };
}

/** Pieces of patterns, glued in any order: most are patterns, many of them strange ones. */
const piece = fc.constantFrom(
  ...[
    'a',
    'b',
    'ab',
    's',
    'k',
    'é',
    '😀',
    '.',
    '^',
    '$',
    '|',
    '(',
    ')',
    '(?:',
    '(?i)',
    '(?i:',
    '(?s)',
    '(?P<n>',
    '(?<m>',
    '*',
    '+',
  ],
  ...[
    '?',
    '{2}',
    '{0,1}',
    '{1,}',
    '{01}',
    '{1,02}',
    '{,2}',
    '{',
    '}',
    ',',
    '[ab]',
    '[^a]',
    '[]a]',
    '[[:alpha:]]',
    '[a\\]b]',
  ],
  ...[
    '\\d',
    '\\.',
    '\\Q',
    '\\E',
    '\\x61',
    '\\pL',
    '\\b',
    '\\B',
    '\\A',
    '\\z',
    '\\n',
    '\\141',
    '\\\\',
    '\\/',
    '*?',
    '+?',
    '??',
    ' ',
  ],
);
const pattern = fc
  .tuple(fc.constantFrom('', '', '(?i)', '(?si)', '(?m)'), fc.array(piece, { minLength: 1, maxLength: 7 }))
  .map(([flags, pieces]) => flags + pieces.join(''));
const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'A', 'k', 's', '\u212a', '\u017f', 'é', '.', '1', '\n', ' ', '{', '0', '}'),
  maxLength: 10,
});

describe('requiredLiterals', () => {
  test.each([
    ['goal reached', literal('goal reached')],
    ['ab+c', { type: 'all', needs: [literal('ab'), literal('bc')] }],
    ['ab*c', { type: 'all', needs: [literal('a'), literal('c')] }],
    ['a(bc)d', { type: 'all', needs: [literal('a'), literal('bc'), literal('d')] }],
    ['a(bc)?d', { type: 'all', needs: [literal('a'), literal('d')] }],
    ['motor|drive', { type: 'any', needs: [literal('motor'), literal('drive')] }],
    ['(?i)moToR', { type: 'literal', text: 'motor', anyCase: true }],
    [
      '(?i)disk low',
      {
        type: 'all',
        needs: [
          { type: 'literal', text: 'di', anyCase: true },
          { type: 'literal', text: ' low', anyCase: true },
        ],
      },
    ],
    ['a(?i)motor', noNeed],
    ['a{01}b', noNeed],
    ['caf\u00e9 open', { type: 'all', needs: [literal('caf'), literal(' open')] }],
    ['1\\.5', literal('1.5')],
  ])('%s', (given, needs) => {
    expect(requiredLiterals(given)).toEqual(needs);
  });

  test('whatever matches holds what is required', () => {
    let matched = 0;
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 3, maxLength: 12 }), (given, texts) => {
        if (problemOfRegex(given) !== null) return;
        const need = requiredLiterals(given);
        const engine = RE2JS.compile(given);
        for (const each of texts) {
          if (!engine.test(each)) continue;
          matched += 1;
          expect(needIsMet(need, (wanted, anyCase) => (anyCase ? each.toLowerCase() : each).includes(wanted))).toBe(
            true,
          );
        }
      }),
      { numRuns: 6000 },
    );
    expect(matched).toBeGreaterThan(1000);
  });
});
