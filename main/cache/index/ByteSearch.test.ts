import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLog } from '../../codec/logMessage.js';
import { contentMatches } from '../matchesFilter.js';
import { MessageTable } from '../MessageTable.js';
import { testLog } from '../testRecords.js';
import { ByteSearch } from './ByteSearch.js';
import { requiredLiterals } from './requiredLiterals.js';

/** A chunk of logs, as far as the search looks at it. */
function chunkOf(texts: readonly string[]): { bytes: Uint8Array; table: MessageTable } {
  const parts: Uint8Array[] = [];
  const table = new MessageTable();
  let position = 0;
  for (const [ordinal, message] of texts.entries()) {
    const { data } = testLog({ message, node: 'arm' });
    parts.push(Buffer.from('head'), data);
    const dataStart = position + 4;
    position = dataStart + data.byteLength;
    table.add(1, ordinal, dataStart, position);
  }
  return { bytes: Buffer.concat(parts), table };
}

function mayMatch(
  texts: readonly string[],
  filter: { text?: string; regex?: string; nodes?: readonly string[] },
): boolean[] | null {
  const { bytes, table } = chunkOf(texts);
  const search = ByteSearch.for(filter, requiredLiterals(filter.regex ?? ''));
  if (search === null) return null;
  const marks = [...search.mark(bytes, table)].map((mark) => mark === 1);
  if (marks.some((mark) => mark)) expect(search.mayHold(bytes)).toBe(true);
  return marks;
}

describe('ByteSearch', () => {
  test('tells what may hold a text in any case, or a literal as it is', () => {
    expect(mayMatch(['Motor 12', 'drive', 'MOTOR 3'], { text: 'motor' })).toEqual([true, false, true]);
    expect(mayMatch(['Motor 12', 'drive', 'MOTOR 3'], { text: 'mOtor 3' })).toEqual([false, false, true]);
    expect(mayMatch(['Motor 12', 'motor'], { regex: 'mot.*' })).toEqual([false, true]);
    expect(mayMatch(['Motor 12', 'drive'], { regex: '(?i)moto' })).toEqual([true, false]);
    expect(mayMatch(['a', 'b'], { text: 'h\u00e9' })).toBeNull();
    expect(mayMatch(['Fault E-4100', 'e-4101', '4100', 'e-41e-4100'], { text: 'E-4100' })).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(mayMatch(['a', 'b'], { nodes: ['base'] })).toEqual([false, false]);
    expect(mayMatch(['a', 'b'], { nodes: ['arm*'], text: 'B' })).toEqual([false, true]);
    expect(mayMatch(['a', 'b'], { nodes: ['arm', 'base'] })).toBeNull();
    expect(mayMatch(['headed', 'ended'], { text: 'headhead' })).toEqual([false, false]);
  });

  test.each([
    ['the Kelvin sign is a k', '\u212aelvin', 'kelvin'],
    ['the capital I with a dot is an i', '\u0130stanbul', 'i'],
  ])('%s', (_, message, text) => {
    expect(message.toLowerCase().includes(text)).toBe(true);
    expect(mayMatch([message], { text })).toEqual([true]);
  });

  test('is never wrong about a record that passes', () => {
    const unit = fc.constantFrom(
      'k',
      'K',
      '\u212a',
      'i',
      'I',
      '\u0130',
      '\u0131',
      's',
      '\u017f',
      '\u00df',
      'a',
      ' ',
      '1',
      '-12',
      '\ud83d\ude00',
    );
    const text = fc.string({ unit, maxLength: 6 });
    const filter = fc.oneof(
      fc.record({ text: fc.string({ unit, minLength: 1, maxLength: 4 }) }),
      fc.record({ regex: fc.constantFrom('k.', '(?i)ki', '(?i)a1', 'i+s', '[ks] 1', 'a|i', '(?i)s.a') }),
    );
    let matched = 0;
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 6 }), filter, (texts, wanted) => {
        const marks = mayMatch(texts, wanted);
        for (const [place, message] of texts.entries()) {
          const record = readLog(testLog({ message, node: 'arm' }).data, '/rosout', 0n);
          if (record === null || !contentMatches(record, wanted)) continue;
          matched += 1;
          expect(marks?.[place] ?? true).toBe(true);
        }
      }),
      { numRuns: 3000 },
    );
    expect(matched).toBeGreaterThan(300);
  });
});
