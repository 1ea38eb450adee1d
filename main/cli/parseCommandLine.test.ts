import { describe, expect, test } from 'vitest';
import { commands, usageLine } from './commands.js';
import { parseCommandLine } from './parseCommandLine.js';

const nowMs = new Date(2026, 2, 4, 12, 0, 0).getTime();

function parse(line: string) {
  return parseCommandLine(line === '' ? [] : line.split(' '), nowMs);
}

const everything = { robots: [], filter: {} };

describe('what is understood', () => {
  test.each([
    ['record rover.yaml', { command: 'record', robot: 'rover.yaml', forS: null, hold: false, json: false }],
    ['record --for 2.5 --hold r --json', { command: 'record', robot: 'r', forS: 2.5, hold: true, json: true }],
    ['record --for=.5 -- --odd.yaml', { command: 'record', robot: '--odd.yaml', forS: 0.5, hold: false, json: false }],
    ['status', { command: 'status', json: false }],
    ['status --json', { command: 'status', json: true }],
    ['cache ls', { command: 'cache ls', selection: everything, by: null, json: false }],
    ['cache ls --by hour', { command: 'cache ls', selection: everything, by: 'hour', json: false }],
    [
      'cache cat --newest --limit 5',
      { command: 'cache cat', selection: everything, order: 'newest', limit: 5, json: false },
    ],
    [
      'cache shift --by -1h30m --all',
      { command: 'cache shift', selection: everything, shiftMs: -5_400_000, json: false },
    ],
    ['retry --node nav', { command: 'retry', selection: { robots: [], filter: { nodes: ['nav'] } }, json: false }],
    ['mode rover manual --json', { command: 'mode', robot: 'rover', mode: 'manual', json: true }],
    ['uploads rover --json', { command: 'uploads', robot: 'rover', json: true }],
    ['link', { command: 'link', choice: null, limit: null, json: false }],
    [
      'link --metered auto --limit 12.5',
      { command: 'link', choice: 'auto', limit: { bytesPerS: 12_500 }, json: false },
    ],
    ['link --limit none', { command: 'link', choice: null, limit: { bytesPerS: null }, json: false }],
    ['cache dismiss --robot a', { command: 'cache dismiss', robots: ['a'], json: false }],
    ['cache hold --json', { command: 'cache hold', selection: everything, json: true }],
    ['cache delete --all', { command: 'cache delete', selection: everything, json: false }],
    ['cache undelete 3 --robot a', { command: 'cache undelete', id: 3, robots: ['a'], json: false }],
    [
      'cache redact --find a+ --replace= --all --dry-run',
      {
        command: 'cache redact',
        selection: everything,
        rule: { find: 'a+', replace: '' },
        dryRun: true,
        json: false,
      },
    ],
    [
      'cache reaim --kind logs --node nav',
      {
        command: 'cache reaim',
        selection: { robots: [], filter: { kind: 'log', nodes: ['nav'] } },
        kind: 'log',
        json: false,
      },
    ],
    ['cache edits --json', { command: 'cache edits', robots: [], json: true }],
    ['cache confirm 3', { command: 'cache confirm', id: 3, robots: [], json: false }],
    ['cache undo 3 --robot a', { command: 'cache undo', id: 3, robots: ['a'], json: false }],
    ['cache check --repair --robot a', { command: 'cache check', robots: ['a'], repair: true, json: false }],
    ['cache unhold', { command: 'cache unhold', selection: everything, json: false }],
    [
      'export a/b.MCAP --force',
      { command: 'export', file: 'a/b.MCAP', format: 'mcap', selection: everything, force: true, json: false },
    ],
    ['flush --dry-run', { command: 'flush', selection: everything, dryRun: true, unresolved: null, json: false }],
    ['permissions arm --policy', { command: 'permissions', robot: 'arm', policy: true, json: false }],
    ['local-cloudwatch', { command: 'local-cloudwatch', port: 0, store: null, json: false }],
    ['local-cloudwatch --port 4566 --store d', { command: 'local-cloudwatch', port: 4566, store: 'd', json: false }],
    ['--version', { command: 'version' }],
  ])('%s', (line, value) => {
    expect(parse(line)).toEqual({ ok: true, value });
  });

  test('every filter', () => {
    const line =
      'cache cat --robot a --robot b --robot a --since 10m --until 2026-03-04T11:55 --severity warn --node nav* --node=arm --grep Low --kind logs --json';
    expect(parse(line)).toEqual({
      ok: true,
      value: {
        command: 'cache cat',
        ...{ order: 'oldest', limit: null, json: true },
        selection: {
          robots: ['a', 'b'],
          filter: {
            kind: 'log',
            sinceNs: BigInt(nowMs - 600_000) * 1_000_000n,
            untilNs: BigInt(nowMs - 300_000) * 1_000_000n,
            severityMin: 'WARN',
            nodes: ['nav*', 'arm'],
            text: 'Low',
          },
        },
      },
    });
    expect(parse('flush --unresolved count-as-sent')).toMatchObject({ value: { unresolved: 'count-as-sent' } });
    expect(parse('flush --kind metrics')).toMatchObject({ value: { selection: { filter: { kind: 'metric' } } } });
    expect(parseCommandLine(['cache', 'cat', '--grep', 'low battery'], nowMs)).toMatchObject({
      value: { selection: { filter: { text: 'low battery' } } },
    });
    expect(parse('cache cat --regex ^[Ll]ow --state held --state Expired')).toMatchObject({
      value: { selection: { filter: { regex: '^[Ll]ow', states: ['held', 'expired'] } } },
    });
    expect(parse('cache cat --filter -node:/nav/**')).toMatchObject({
      value: { selection: { filter: { terms: [{ field: 'node', exclude: true, text: '/nav/**', regex: false }] } } },
    });
    const refused = ['-', 'mark:x', '/a(/', 'a '.repeat(33)].map((terms) =>
      parseCommandLine(['cache', 'cat', '--filter', terms], nowMs),
    );
    expect(refused).toMatchObject(
      ['says nothing', 'only colours', 'missing closing \\)', 'at most 32'].map((words) => ({
        ok: false,
        message: expect.stringMatching(words) as string,
      })),
    );
    expect(parse('cache cat --grep=--x')).toMatchObject({ value: { selection: { filter: { text: '--x' } } } });
  });

  test.each(['help', '--help', '-h', 'help cache', 'help flush', 'record --help', 'flush --json --help'])(
    '%s',
    (line) => {
      expect(parse(line)).toMatchObject({ ok: true, value: { command: 'help' } });
    },
  );

  test('the help of a command names each of its options', () => {
    for (const command of commands) {
      const help = parse(`help ${command.name}`);
      const text = help.ok && help.value.command === 'help' ? help.value.text : '';
      expect(text).toContain(usageLine(command));
      for (const option of command.options) expect(text).toContain(`--${option.name}`);
    }
  });
});

describe('what is not', () => {
  test.each([
    ['', 'which command?'],
    ['recrod r.yaml', 'do you mean "record"?'],
    ['stats', 'do you mean "status"?'],
    ['xyzzy', 'there is no command "xyzzy"'],
    ['--json status', 'a command comes first'],
    [
      'cache',
      'cache ls, cat, hold, unhold, delete, undelete, redact, reaim, shift, edits, confirm, undo, check or dismiss?',
    ],
    ['cache lst', 'do you mean "cache ls"?'],
    ['record', 'ROBOT.yaml is missing'],
    ['record a b', '"b" is one word too many'],
    ['status now', '"now" is one word too many'],
    ['record r --fro 3', 'do you mean --for?'],
    ['status --hold', '--hold is not known'],
    ['status -j', '-j is not known'],
    ['status --json=1', '--json takes no value'],
    ['record r --for', '--for needs a value: --for SECONDS'],
    ['cache ls --since --json', '--since needs a value'],
    ['cache ls --robot=', '--robot needs a value'],
    ['record r --for soon', 'not "soon"'],
    ['record r --for -5', 'not "-5"'],
    ['record r --for 1e9', 'not "1e9"'],
    ['record r --for 0', 'not "0"'],
    ['local-cloudwatch --port 70000', '65535'],
    ['local-cloudwatch --port 1.5', 'whole number'],
    ['flush --severity wran', 'do you mean WARN?'],
    ['flush --severity loud', 'DEBUG, INFO, WARN, ERROR, FATAL'],
    ['flush --regex a(b', 'missing closing )'],
    ['cache cat --state hold', 'do you mean held?'],
    ['flush --kind both', 'logs or metrics'],
    ['flush --unresolved perhaps', 'send or count-as-sent'],
    ['flush --since tomorrow', 'not "tomorrow"'],
    ['flush --since 1h --until 2h', 'not before'],
    ['flush --robot ../x', 'no robot name'],
    ['export', 'FILE is missing'],
    ['export records.txt', 'ends in one of .mcap, .jsonl, .csv'],
    ['cache delete', 'Give a filter, or --all'],
    ['cache delete --robot a', 'Give a filter, or --all'],
    ['cache undelete', 'ID is missing'],
    ['cache undelete x', 'no number of a delete'],
    ['cache redact --replace x --all', '--find PATTERN is missing'],
    ['cache redact --find x --all', '--replace TEXT is missing'],
    ['cache redact --find x --replace y', 'Give a filter, or --all'],
    ['cache redact --find (x --replace y --all', 'missing closing )'],
    ['cache redact --find x --replace y --kind metrics', '--kind is not known'],
    [`cache redact --all --find x --replace ${'y'.repeat(1001)}`, 'up to 1000 characters'],
    ['cache reaim --all', '--kind KIND is missing'],
    ['cache reaim --kind logs', 'Give a filter, or --all'],
    ['cache confirm', 'ID is missing'],
    ['cache undo 0', 'no number of a change'],
    ['cache chek', 'do you mean "cache check"?'],
    ['cache ls --by robot', 'node, severity or hour'],
    ['cache cat --limit 0', 'not "0"'],
    ['cache shift --all', '--by TIME is missing'],
    ['cache shift --by 2h', 'Give a filter, or --all'],
    ['cache shift --by soon --all', 'not "soon"'],
    ['mode', 'ROBOT is missing'],
    ['mode rover', 'auto|manual is missing'],
    ['mode rover off', 'auto or manual, not "off"'],
    ['mode ../x auto', 'no robot name'],
    ['mode rover auto now', 'one word too many'],
    ['link --metered yes', 'auto, metered or unmetered'],
    ['link --limit 0.5', 'not "0.5"'],
    ['help flsh', 'there is no command "flsh"'],
  ])('%s', (line, words) => {
    const parsed = parse(line);
    if (parsed.ok) throw new Error(`understood as ${JSON.stringify(parsed.value)}`);
    expect(parsed.message).toContain(words);
    expect(parsed.message.split('\n').at(-1)).toMatch(/^usage: tether /);
  });
});
