import { describe, expect, it } from 'vitest';
import { parseRobotFile } from '../../main/config/text/parseRobotFile.js';
import { lineDiff } from './lineDiff.js';
import { mergeTexts } from './mergeTexts.js';
import { commonAmounts, formatWithUnit, parseWithUnit } from './quantity.js';
import { matchesSearch, readFields } from './readFields.js';

describe('mergeTexts', () => {
  it.each([
    ['a\nb\nc\nd', 'a\nB\nc\nd', 'a\nb\nc\nD', 'a\nB\nc\nD'],
    ['a\nb\nc\nd', 'a\nb\nc\nD', 'A\nb\nc\nd', 'A\nb\nc\nD'],
    ['a\nb\nc', 'a\nb\nc', 'x', 'x'],
    ['a\nb\nc', 'x', 'a\nb\nc', 'x'],
    ['a\nb\nc', 'a\nB\nc', 'a\nX\nc', null],
    ['a\nb', 'a\nB', 'A\nb', null],
    ['a\nb\nc\nd', 'a\nb\nc\nd\ne', 'a\nx\nb\nc\nd', 'a\nx\nb\nc\nd\ne'],
  ])('%j: %j and %j', (original, mine, theirs, merged) => {
    expect(mergeTexts(original, mine, theirs)).toBe(merged);
  });
});

describe('lineDiff', () => {
  it('shows what went and came, with a few lines around', () => {
    const before = Array.from({ length: 20 }, (_, line) => `line ${line + 1}`);
    const after = before.toSpliced(9, 1, 'ten').toSpliced(18, 1);
    const words = lineDiff(before.join('\n'), after.join('\n')).map((line) => line && `${line.sign}${line.text}`);
    expect(words).toEqual([
      ...[' line 8', ' line 9', '-line 10', '+ten', ' line 11', ' line 12'],
      null,
      ...[' line 17', ' line 18', '-line 19', ' line 20'],
    ]);
  });
  it('says nothing when nothing differs', () => {
    expect(lineDiff('a\nb', 'a\nb')).toEqual([]);
  });
});

describe('amounts with units', () => {
  it.each([
    ['KB', 1_048_576, '1 GB', '1 GB'],
    ['KB', 1500, '1500 KB', '1500'],
    ['KB', 1_572_864, '1.5 GB', '1.5gb'],
    ['s', 5, '5 s', '5'],
    ['s', 0.25, '250 ms', '0,25 s'],
    ['s', 120, '2 min', '2 min'],
    ['s', 100, '100 s', '100s'],
    ['ms', 20_000, '20 s', '20 s'],
    ['', 7, '7', '7'],
    ['records', 50, '50 records', '50 records'],
  ])('%s: %d is %s', (unit, value, words, typed) => {
    expect(formatWithUnit(value, unit)).toBe(words);
    expect(parseWithUnit(words, unit)).toBe(value);
    expect(parseWithUnit(typed, unit)).toBe(value);
  });
  it.each(['', 'x', '1 parsec', '1.2.3', '1 GB extra'])('%j is none', (typed) => {
    expect(parseWithUnit(typed, 'KB')).toBeNull();
  });
  it('offers only what the parameter takes', () => {
    expect(commonAmounts('s', 2, 60)).toEqual(['2 s', '5 s', '10 s', '30 s', '1 min']);
  });
});

describe('readFields', () => {
  const text = [
    '# rover 7',
    'tether:',
    '  ros__parameters:',
    '    domain_id: 7',
    'cloudwatch_logger:',
    '  ros__parameters:',
    '    storage_limit: 5.5',
    '    topics:',
    '      - /a',
    '      - /b',
  ].join('\n');
  const fields = new Map(
    readFields(text, parseRobotFile('r', text), null).map((field) => [
      `${field.parameter.section}.${field.parameter.key}`,
      field,
    ]),
  );
  it('finds values, their lines and where they come from', () => {
    expect(fields.get('tether.domain_id')).toMatchObject({ value: 7, lines: [4, 4], origin: 'robot', issue: null });
    expect(fields.get('cloudwatch_logger.topics')).toMatchObject({ value: ['/a', '/b'], lines: [8, 10] });
    expect(fields.get('tether.cloud')).toMatchObject({ value: 'aws', lines: null, origin: 'default' });
  });
  it('shows a wrong value as it is written, with what is wrong', () => {
    const field = fields.get('cloudwatch_logger.storage_limit');
    expect(field).toMatchObject({ value: null, written: '5.5', issue: { line: 7, severity: 'error' } });
  });
  it('shows a wrong text as a person meant it, without the quotes and escapes that it is written with', () => {
    const wrong = 'cloudwatch_logger:\n  ros__parameters:\n    log_group_name: "a \\"b\\" \\\\ c"\n';
    const group = readFields(wrong, parseRobotFile('r', wrong), null).find(
      ({ parameter }) => parameter.key === 'log_group_name',
    );
    expect(group).toMatchObject({ value: null, written: 'a "b" \\ c' });
  });
  it("knows what the fleet's file says, below and beside the robot's own word", () => {
    const logger = (...lines: string[]) =>
      ['cloudwatch_logger:', '  ros__parameters:', ...lines.map((one) => `    ${one}`)].join('\n');
    const fleet = parseRobotFile('@fleet', logger('storage_limit: 2048', 'log_group_name: "all"'));
    const own = logger('log_group_name: "own"');
    const seen = new Map(
      readFields(own, parseRobotFile('r', own, fleet), fleet).map((field) => [field.parameter.key, field]),
    );
    expect(seen.get('log_group_name')).toMatchObject({ value: 'own', origin: 'robot', fleetValue: 'all' });
    const limit = readFields(own, parseRobotFile('r', own, fleet), fleet).find(
      ({ parameter }) => parameter.section === 'cloudwatch_logger' && parameter.key === 'storage_limit',
    );
    expect(limit).toMatchObject({ value: 2048, origin: 'fleet', fleetValue: 2048, lines: null });
  });
  it('does not mind a broken text', () => {
    const broken = 'a: [1\n: :\n\t- x';
    expect(() => readFields(broken, parseRobotFile('r', broken), null)).not.toThrow();
  });
  it('finds by label, key and help, all words', () => {
    const found = [...fields.values()].filter((field) => matchesSearch(field, 'cache LIMIT')).map(({ label }) => label);
    expect(found).toContain('Cache limit, logs');
    expect(found).not.toContain('ROS domain');
  });
});
