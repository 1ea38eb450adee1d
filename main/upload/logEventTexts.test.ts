import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRedactionRule } from '../model/parseRedactionRule.js';
import { isRedacted, logEventTexts, type LogWriting } from './logEventTexts.js';
import { logEventTextBytesMax } from './limits.js';
import { logRecord } from './records.test-support.js';

const stampNs = 1_700_000_000_120_000_001n;
const json: LogWriting = { format: 'json', publishTopicNames: true, redactions: [], robot: 'rover-1' };

function rules(...lines: string[]): LogWriting['redactions'] {
  return lines.map((line) => {
    const rule = parseRedactionRule(line);
    if (!rule.ok) throw new Error(rule.problem.message);
    return rule.value;
  });
}

function textsOf(record: ReturnType<typeof logRecord>, writing: LogWriting): readonly string[] {
  return logEventTexts(record, writing).map(({ text }) => text);
}

test('as JSON an event carries every field that is known, and only those', () => {
  const full = logRecord(stampNs, {
    ...{ severity: 'WARN', node: 'nav', message: 'low "battery"\n12 %', file: 'nav.cpp', function: 'tick', line: 42 },
    nodeTopics: ['/odom'],
  });
  expect(textsOf(full, json).map((text) => JSON.parse(text) as unknown)).toEqual([
    {
      ...{ level: 'WARN', node: 'nav', message: 'low "battery"\n12 %', robot: 'rover-1' },
      ...{ stamp: '1700000000.120000001', received: '1700000000.120000001', topic: '/rosout' },
      ...{ file: 'nav.cpp', function: 'tick', line: 42, topics: ['/odom'] },
    },
  ]);
  const [bare = ''] = textsOf(logRecord(5n), { ...json, robot: '' });
  expect(JSON.parse(bare)).toEqual({
    ...{ level: 'INFO', node: 'nav.planner', message: 'path found', topic: '/rosout' },
    ...{ stamp: '0.000000005', received: '0.000000005' },
  });
});

test('as JSON a text that is too long comes in pieces that are JSON too, and together it again', () => {
  for (const letters of ['z', 'ß', '\u0001', '"']) {
    const message = letters.repeat(1_300_000);
    const pieces = textsOf(logRecord(stampNs, { message }), json);
    const read = pieces.map((text) => JSON.parse(text) as { message: string; part: number; parts: number });
    expect(pieces.every((text) => Buffer.byteLength(text) <= logEventTextBytesMax)).toBe(true);
    expect(read.map(({ part, parts }) => [part, parts])).toEqual(read.map((_, index) => [index + 1, pieces.length]));
    // Compared by `===`: a difference of megabytes is nothing to print.
    expect(read.map((piece) => piece.message).join('') === message).toBe(true);
  }
  // What is so long is not the message: then the text is cut as any other.
  const odd = logEventTexts(logRecord(stampNs, { node: 'n'.repeat(1_200_000) }), json);
  expect(odd.map(({ text }) => text.slice(0, 6))).toEqual(['[1/2] ', '[2/2] ']);
});

test('rules take words out of every text of a line, one after the other, in both formats', () => {
  const record = logRecord(stampNs, {
    message: 'login anna@field.example token=abc123 from 10.0.0.7',
    ...{ node: 'gate.anna@field.example', file: '/home/anna/gate.py', function: 'f', line: 1 },
  });
  const redactions = rules(
    String.raw`[a-z]+@[a-z.]+ => <mail>`,
    String.raw`token=\S+`,
    String.raw`(\d+\.\d+)\.\d+\.\d+ => $1.x.x`,
    String.raw`/home/[^/]+ =>`,
  );
  const [text = ''] = textsOf(record, { ...json, format: 'text', redactions });
  expect(text).toBe('1700000000.120000001 INFO [node name: gate.<mail>] login <mail> [redacted] from 10.0.x.x\n');
  const [written = ''] = textsOf(record, { ...json, redactions });
  expect(JSON.parse(written)).toMatchObject({
    ...{ message: 'login <mail> [redacted] from 10.0.x.x', node: 'gate.<mail>', file: '/gate.py' },
  });
  expect(isRedacted(record, redactions)).toBe(true);
  expect(isRedacted(logRecord(stampNs), redactions)).toBe(false);
});

test('whatever stands in a line, JSON gives back what is well-formed of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (message, node) => {
      const [text = ''] = textsOf(logRecord(stampNs, { message, node }), json);
      expect(JSON.parse(text)).toMatchObject({ message: message.toWellFormed(), node: node.toWellFormed() });
      expect(text.isWellFormed()).toBe(true);
    }),
  );
});
