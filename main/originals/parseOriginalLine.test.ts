import { describe, expect, test } from 'vitest';
import { cloudWatchUnit } from '../model/cloudWatchUnit.js';
import { parseOriginalLine } from './parseOriginalLine.js';

function parse(text: string | Uint8Array, terminated = true) {
  const content = typeof text === 'string' ? Buffer.from(text) : text;
  return parseOriginalLine({ number: 1, start: 0, end: content.byteLength, terminated, content });
}

function metric(fields: Record<string, unknown>): string {
  return JSON.stringify({ timestamp: 1_700_000_000_123, metric_name: 'm', value: 1, ...fields });
}

/** StandardUnit of the AWS SDK for C++: the enumeration's numbers, in its own order. */
const unitsOfSdk = [
  ...['Seconds', 'Microseconds', 'Milliseconds'],
  ...['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'],
  ...['Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits', 'Percent', 'Count'],
  ...['Bytes/Second', 'Kilobytes/Second', 'Megabytes/Second', 'Gigabytes/Second', 'Terabytes/Second'],
  ...['Bits/Second', 'Kilobits/Second', 'Megabits/Second', 'Gigabits/Second', 'Terabits/Second'],
  ...['Count/Second', 'None'],
];

describe('a line of a cache file', () => {
  test('every unit number becomes the unit that CloudWatch had from the original', () => {
    for (const [index, unit] of unitsOfSdk.entries()) {
      const parsed = parse(metric({ unit: index + 1 }));
      expect([index + 1, parsed.type === 'metric' && cloudWatchUnit(parsed.unit)]).toEqual([index + 1, unit]);
    }
    const unset = parse(metric({ unit: 0 }));
    expect(unset.type === 'metric' && cloudWatchUnit(unset.unit)).toBe('None');
    expect(parse(metric({ unit: 28 }))).toMatchObject({
      type: 'bad',
      reason: expect.stringContaining('unit: ') as string,
    });
  });

  test('what a metric may leave out has its default', () => {
    const least = { type: 'metric', name: 'm', value: 1, unit: '', dimensions: [], storageResolutionS: 60 };
    expect(parse(metric({}))).toMatchObject(least);
  });

  test.each([
    ['a metric without a value', metric({ value: undefined }), 'value: '],
    ['a value that was no number', metric({ value: null }), 'value: '],
    ['a time in nanoseconds', metric({ timestamp: 1_700_000_000_123_000_000 }), 'timestamp: '],
    ['a time with a fraction', '{"timestamp":1.5,"message":"x"}', 'timestamp: '],
    ['a message that is no text', '{"timestamp":1,"message":{}}', 'message: '],
    ['JSON that ends too soon', '{"timestamp":1,', 'not whole JSON'],
    ['only blanks', ' \r', 'empty'],
    ['null', 'null', 'no JSON object'],
  ])('%s is bad, and says why', (_, text, reason) => {
    expect(parse(text)).toMatchObject({ type: 'bad', reason: expect.stringContaining(reason) as string });
  });

  test('a file that was copied through Windows, or begins with a mark of its encoding', () => {
    expect(parse('\ufeff{"timestamp":1,"message":"a"}\r')).toEqual({ type: 'log', timestampMs: 1, message: 'a' });
  });

  test('a last line that is whole is a line; one that is cut says so', () => {
    expect(parse('{"timestamp":1,"message":"a"}', false)).toMatchObject({ type: 'log' });
    expect(parse('{"timestamp":1,"message":"a"', false)).toMatchObject({
      reason: 'the file ends in the middle of it, after 28 bytes, as after a crash',
    });
  });
});
