import { describe, expect, test } from 'vitest';
import { corpus, isFree, randomFrom, someValue } from './corpus.test-support.js';
import { newRobotText } from './newRobotText.js';
import { editRobotText } from './text/editRobotText.js';
import type { ParameterEdit } from './text/editRobotText.js';
import { entryKeyOf, sectionsOf } from './text/meantBy.js';
import { findParameter, parameters } from './text/parameters.js';
import type { Parameter } from './text/parameters.js';
import { parseRobotFile } from './text/parseRobotFile.js';
import { applyChanges } from './text/spotsInText.js';

function edited(text: string, edit: ParameterEdit): string {
  const changes = editRobotText(text, edit);
  if (!changes.ok) throw new Error(`${changes.problem.message}\n${text}`);
  return applyChanges(text, changes.value);
}

function logger(...lines: string[]): string {
  return ['cloudwatch_logger:', '  ros__parameters:', ...lines.map((line) => `    ${line}`), ''].join('\n');
}

const section = 'cloudwatch_logger';

describe('one edit', () => {
  test.each<[string, string, string, ParameterEdit['value'], string]>([
    ['a quoted text', logger('log_group_name: "a" # why'), 'log_group_name', 'b', logger('log_group_name: "b" # why')],
    ['single quotes', logger("log_group_name: 'a'"), 'log_group_name', "it's", logger("log_group_name: 'it''s'")],
    ['a plain text', logger('log_group_name: a'), 'log_group_name', 'b', logger('log_group_name: b')],
    [
      'a plain text that would be a number',
      logger('log_stream_name: a'),
      'log_stream_name',
      '42',
      logger('log_stream_name: "42"'),
    ],
    [
      'a whole number for a double',
      logger('publish_frequency: 2.5'),
      'publish_frequency',
      5,
      logger('publish_frequency: 5.0'),
    ],
    [
      'a value behind an empty colon',
      logger('log_group_name:', 'topics: [a]'),
      'log_group_name',
      'g',
      logger('log_group_name: "g"', 'topics: [a]'),
    ],
    [
      'an entry more in a list',
      logger('topics: ["a", b] # two'),
      'topics',
      ['a', 'b', 'c'],
      logger('topics: ["a", b, c] # two'),
    ],
    ['an entry less in a list', logger('topics: [a, b, c]'), 'topics', ['a', 'c'], logger('topics: [a, c]')],
    ['the last entry', logger('topics: [a, b]'), 'topics', ['a'], logger('topics: [a]')],
    [
      'an entry in a block',
      logger('topics:', '  - a # one', '  # two', '  - c'),
      'topics',
      ['a', 'b', 'c'],
      logger('topics:', '  - a # one', '  - b', '  # two', '  - c'),
    ],
    [
      'an entry out of a block',
      logger('topics:', '- a', '- b # gone', '- c'),
      'topics',
      ['a', 'c'],
      logger('topics:', '- a', '- c'),
    ],
    [
      'another entry in a block',
      logger('topics:', '- a', '- "b" # stays'),
      'topics',
      ['a', 'x'],
      logger('topics:', '- a', '- "x" # stays'),
    ],
    [
      'a new parameter, in the order of the table',
      logger('log_group_name: g # g', 'storage_limit: 5'),
      'log_stream_name',
      's',
      logger('log_group_name: g # g', 'log_stream_name: "s"', 'storage_limit: 5'),
    ],
    [
      'a new group',
      logger('log_group_name: g'),
      'aws_client_configuration.region',
      'us-west-2',
      logger('log_group_name: g', 'aws_client_configuration:', '  region: "us-west-2"'),
    ],
    [
      'a new parameter in a group',
      logger('aws_client_configuration:', '  region: a-b-1', '# end'),
      'aws_client_configuration.max_connections',
      3,
      logger('aws_client_configuration:', '  region: a-b-1', '  max_connections: 3', '# end'),
    ],
    [
      'out',
      logger('log_group_name: g # g', 'log_stream_name: s'),
      'log_group_name',
      null,
      logger('log_stream_name: s'),
    ],
    [
      'the last of a group',
      logger('log_group_name: g', 'aws_client_configuration:', '  region: a-b-1'),
      'aws_client_configuration.region',
      null,
      logger('log_group_name: g'),
    ],
    ['the last of all', `# top\n${logger('log_group_name: g')}`, 'log_group_name', null, '# top\n'],
    [
      'the empty list is the default',
      logger('log_group_name: g', 'topics: [a]'),
      'topics',
      [],
      logger('log_group_name: g'),
    ],
    ['into an empty file', '', 'log_group_name', 'g', logger('log_group_name: "g"')],
    [
      'behind another section',
      'tether:\n  ros__parameters:\n    demo: true',
      'log_group_name',
      'g',
      `tether:\n  ros__parameters:\n    demo: true\n\n${logger('log_group_name: "g"')}`,
    ],
    [
      'before the end mark',
      'tether:\n  ros__parameters:\n    demo: true\n...\n',
      'log_group_name',
      'g',
      `tether:\n  ros__parameters:\n    demo: true\n\n${logger('log_group_name: "g"')}...\n`,
    ],
    ['in the flat form', 'log_stream_name: s\n', 'log_group_name', 'g', 'log_stream_name: s\nlog_group_name: "g"\n'],
    ['an alias', 'x: &a one\nlog_group_name: *a\n', 'log_group_name', 'g', 'x: &a one\nlog_group_name: "g"\n'],
    [
      'in flow',
      '{cloudwatch_logger: {ros__parameters: {topics: [a]}}}',
      'log_group_name',
      'g',
      '{cloudwatch_logger: {ros__parameters: {topics: [a], log_group_name: "g"}}}',
    ],
    [
      'out of flow',
      '{cloudwatch_logger: {ros__parameters: {topics: [a], log_group_name: "g"}}}',
      'topics',
      null,
      '{cloudwatch_logger: {ros__parameters: {log_group_name: "g"}}}',
    ],
    [
      'with carriage returns',
      logger('log_group_name: g').replaceAll('\n', '\r\n'),
      'log_stream_name',
      's',
      logger('log_group_name: g', 'log_stream_name: "s"').replaceAll('\n', '\r\n'),
    ],
    [
      'where it stands for every node',
      logger('log_group_name: a').replace('cloudwatch_logger', '/**'),
      'log_group_name',
      'b',
      logger('log_group_name: b').replace('cloudwatch_logger', '/**'),
    ],
    [
      'a wrong value is written, and is then an issue',
      logger('log_stream_name: s'),
      'log_stream_name',
      'a:b',
      logger('log_stream_name: "a:b"'),
    ],
  ])('%s', (_, before, key, value, after) => {
    expect(edited(before, { section, key, value })).toBe(after);
  });

  test('refused, and said why: a text with an error of form, and a list that ROS 2 cannot have', () => {
    expect(editRobotText('a: [', { section, key: 'log_group_name', value: 'g' })).toMatchObject({
      problem: { code: 'bad-yaml' },
    });
    const metrics = { section: 'cloudwatch_metrics_collector', key: 'aws_monitored_metric_topics', value: [] } as const;
    expect(editRobotText('', metrics)).toMatchObject({ problem: { code: 'cannot-edit' } });
  });
});

/** What stands in a text, by parameter. */
function valuesOf(text: string): Map<string, string> {
  const { issues, values } = parseRobotFile('r', text);
  const errors = issues.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(`${JSON.stringify(errors)}\n${text}`);
  return new Map([...values].map(([key, value]) => [key, JSON.stringify(value)]));
}

/** All that the entry for a parameter stands for: several nodes, in the flat form. */
function touched(text: string, parameter: Parameter): Set<string> {
  const { entries, dialect } = parseRobotFile('r', text);
  const meant = entries.filter(
    ({ key, section: of }) => key === parameter.key && sectionsOf(of).includes(parameter.section),
  );
  const flat = dialect === 'ros1' && parameter.section !== 'tether';
  const sections = flat || meant.some((entry) => entry.section === null) ? sectionsOf(null) : [parameter.section];
  return new Set(sections.map((name) => entryKeyOf(name, parameter.key)));
}

function commentsOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => /^\s*#/.test(line));
}

const files = [...corpus(), { name: 'the template', text: newRobotText({ name: 'r', domainId: 1, cloud: 'aws' }) }];

describe(`the corpus of ${files.length} files`, () => {
  test('at least 200, all valid, all different', () => {
    expect(new Set(files.map(({ text }) => text)).size).toBeGreaterThanOrEqual(200);
    for (const { text } of files) expect(() => valuesOf(text)).not.toThrow();
  });

  test('setting what is set already changes no byte', () => {
    for (const { text } of files) {
      for (const [name, value] of parseRobotFile('r', text).values) {
        const [of, key = ''] = name.split(' ');
        const parameter = parameters.find((known) => known.section === of && known.key === key);
        if (parameter === undefined) throw new Error(name);
        expect(edited(text, { section: parameter.section, key, value })).toBe(text);
      }
    }
  });

  test('a random edit changes that value alone: every other value, comment and line stays', () => {
    for (const [index, { name, text }] of files.entries()) {
      const random = randomFrom(index + 77);
      const before = valuesOf(text);
      const free = parameters.filter(isFree);
      for (let turn = 0; turn < 12; turn += 1) {
        const written = free.filter((one) => before.has(entryKeyOf(one.section, one.key)));
        const from = random() < 0.6 && written.length > 0 ? written : free;
        const parameter = from[Math.floor(random() * from.length)];
        if (parameter === undefined) continue;
        const value = random() < 0.2 ? null : someValue(parameter, random);
        // A fraction of a second for a period that is whole in ROS 2 is a matter of its own.
        const edit = { section: parameter.section, key: parameter.key, value };
        const after = edited(text, edit);
        const now = valuesOf(after);
        const own = touched(text, parameter);
        const words = `${name}: ${JSON.stringify(edit)}\n${text}\n=>\n${after}`;
        expect(now.get(entryKeyOf(parameter.section, parameter.key)) ?? null, words).toBe(
          value === null ? null : JSON.stringify(value),
        );
        for (const key of new Set([...before.keys(), ...now.keys()])) {
          if (!own.has(key)) expect(now.get(key), words).toBe(before.get(key));
        }
        expect(after.startsWith('\ufeff')).toBe(text.startsWith('\ufeff'));
        if (value !== null) expect(commentsOf(after), words).toEqual(commentsOf(text));
        if (value !== null) expectWithinEntry(text, after, parameter, words);
        expectFewLines(
          text,
          after,
          { parameter, isSet: before.has(entryKeyOf(parameter.section, parameter.key)), value },
          words,
        );
      }
    }
  });
});

/** All that differs lies between the parameter's key and the end of the last line of its value. */
function expectWithinEntry(before: string, after: string, { section, key }: Parameter, words: string): void {
  const { entries } = parseRobotFile('r', before);
  const entry = entries.filter((one) => one.key === key && sectionsOf(one.section).includes(section)).at(-1);
  if (entry === undefined || before === after) return;
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before[from] === after[from]) from += 1;
  let behind = 0;
  while (behind < shorter - from && before.at(-1 - behind) === after.at(-1 - behind)) behind += 1;
  const lineEnd = before.indexOf('\n', entry.pairSpan[1]);
  expect(from, words).toBeGreaterThanOrEqual(entry.keySpan[0]);
  expect(before.length - behind, words).toBeLessThanOrEqual(lineEnd === -1 ? before.length : lineEnd + 1);
}

/** A scalar that was there and has one line: that line alone. Anything new: lines are only added. */
function expectFewLines(
  before: string,
  after: string,
  edit: { parameter: Parameter; isSet: boolean; value: unknown },
  words: string,
): void {
  const [old, now] = [before.split('\n'), after.split('\n')];
  if (edit.value === null) return;
  if (!edit.isSet) {
    const kept = new Set(now);
    // In flow the line itself grows.
    if (!before.includes('{ros__parameters') && !before.includes('{tether')) {
      for (const line of old) if (line !== '' && before.endsWith('\n')) expect(kept.has(line), words).toBe(true);
    }
    return;
  }
  if (edit.parameter.type === 'string[]') return;
  const isOneLine = old.length === now.length;
  if (isOneLine) expect(now.filter((line, index) => line !== old[index]).length, words).toBeLessThanOrEqual(1);
  else expect(before, words).toMatch(/[>|]-|;\n/);
}

test('resetting every parameter of the template leaves a file that says nothing, with its comments', () => {
  let text = newRobotText({ name: 'r', domainId: 1, cloud: 'aws' });
  const comments = commentsOf(text);
  for (const name of parseRobotFile('r', text).values.keys()) {
    const [of, key = ''] = name.split(' ');
    const parameter = parameters.find((known) => known.section === of && known.key === key);
    if (parameter === undefined || findParameter(parameter.section, key) === null) throw new Error(name);
    text = edited(text, { section: parameter.section, key, value: null });
  }
  expect(valuesOf(text).size).toBe(0);
  expect(commentsOf(text)).toEqual(comments);
});
