import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newRobotText } from '../config/newRobotText.js';
import { succeed } from '../model/Problem.js';
import type { CommandContext, CommandEngine, CommandRobot } from './CommandContext.js';
import { runInProcess } from './TestOutput.test-support.js';
import { withOwner } from './withOwner.test-support.js';

let home: string;
const template = newRobotText({ name: 'rover', domainId: 7, cloud: 'local' });

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'tether-config-'));
  await mkdir(path.join(home, 'robots'));
  await put('rover', template);
});

afterEach(() => rm(home, { recursive: true }));

async function put(name: string, text: string): Promise<string> {
  const file = path.join(home, 'robots', `${name}.yaml`);
  await writeFile(file, text);
  return file;
}

async function run(...words: string[]): Promise<{ code: number; out: string; notes: string }> {
  const { code, output } = await runInProcess(home, words);
  return { code, out: output.lines.join('\n'), notes: output.notes.join('\n') };
}

describe('config check', () => {
  test('a valid file, by name and by path', async () => {
    expect(await run('config', 'check', 'rover')).toMatchObject({
      code: 0,
      out: expect.stringContaining('is valid') as string,
    });
    const { code, out } = await run('config', 'check', path.join(home, 'robots/rover.yaml'), '--json');
    expect([code, JSON.parse(out)]).toEqual([0, { valid: true, issues: [] }]);
  });

  test('an error: its place, its words, its fix, and exit 1', async () => {
    const file = await put('arm', 'cloudwatch_logger:\n  ros__parameters:\n    publish_frequency: 5\n');
    const { code, out } = await run('config', 'check', 'arm', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      valid: false,
      issues: [
        {
          line: 3,
          column: 24,
          severity: 'error',
          message: expect.stringMatching(/decimal point/) as string,
          fix: '5.0',
        },
      ],
    });
    const words = await run('config', 'check', 'arm');
    expect(words.out).toContain(`${file}:3:24: error: publish_frequency`);
    expect(words.out).toContain('(fix: 5.0)');
  });

  test('no such robot', async () => {
    expect(await run('config', 'check', 'nobody')).toMatchObject({
      code: 1,
      notes: expect.stringContaining('nobody') as string,
    });
  });
});

describe('config diff', () => {
  test('only values count', async () => {
    await put('arm', template.replace('domain_id: 7', 'domain_id: 8 # other').replace('"robots"', "'robots'"));
    const { out } = await run('config', 'diff', 'rover', '--with', 'arm', '--json');
    expect(JSON.parse(out)).toEqual({
      differences: [{ section: 'tether', key: 'domain_id', first: 7, second: 8, effect: 'reconnect' }],
    });
    expect((await run('config', 'diff', 'rover', '--with', 'arm')).out).toMatch(/tether\.domain_id\s+7\s+8/);
    expect((await run('config', 'diff', 'rover', '--with', 'rover')).out).toBe('No parameter differs.');
  });

  test('without --with: usage', async () => {
    expect(await run('config', 'diff', 'rover')).toMatchObject({
      code: 2,
      notes: expect.stringContaining('--with') as string,
    });
  });
});

describe('config set', () => {
  test('changes one line each and nothing else', async () => {
    const { code, out } = await run(
      'config',
      'set',
      'rover',
      '--set',
      'domain_id=9',
      '--set',
      'topics=/a,/b',
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ written: true, changed: [{ key: 'domain_id' }, { key: 'topics' }] });
    const now = await readFile(path.join(home, 'robots/rover.yaml'), 'utf8');
    const wanted = template
      .replace('domain_id: 7', 'domain_id: 9')
      .replace(/(publish_frequency: 5\.0.*\n)/, '$1    topics: ["/a", "/b"]\n');
    expect(now).toBe(wanted);
  });

  test('reset, and a dry run', async () => {
    const dry = await run('config', 'set', 'rover', '--reset', 'domain_id', '--dry-run');
    expect(dry.out).toBe('tether.domain_id: 7 -> (default)\nNothing was written (--dry-run).');
    expect(await readFile(path.join(home, 'robots/rover.yaml'), 'utf8')).toBe(template);
  });

  test.each([
    [['--set', 'publish_frequency=3'], 1, /several sections/],
    [['--set', 'log_gruop_name=x'], 1, /Do you mean log_group_name/],
    [['--set', 'domain_id=many'], 1, /a number/],
    [['--set', 'domain_id=900'], 1, /not valid.*0 to 232/],
    [['--set', 'domain_id'], 2, /KEY=VALUE/],
    [[], 2, /what is to change/],
  ])('%j is refused, and nothing is written', async (words, code, said) => {
    const answer = await run('config', 'set', 'rover', ...words);
    expect(answer).toMatchObject({ code, notes: expect.stringMatching(said) as string });
    expect(await readFile(path.join(home, 'robots/rover.yaml'), 'utf8')).toBe(template);
  });
});

describe('config export and import', () => {
  test('out to a file, and in again under another name', async () => {
    const file = path.join(home, 'rover.profile.yaml');
    const exported = await run('config', 'export', 'rover', '--output', file);
    expect(exported).toMatchObject({ code: 0, out: expect.stringContaining('tether config import') as string });
    expect((await run('config', 'export', 'rover')).out).toBe((await readFile(file, 'utf8')).trimEnd());
    expect(await run('config', 'export', 'rover', '--output', file)).toMatchObject({
      code: 1,
      notes: expect.stringMatching(/there already.*--force/s) as string,
    });
    expect(await run('config', 'import', file)).toMatchObject({
      code: 1,
      notes: expect.stringMatching(/already a robot rover.*--name NAME, or --replace/s) as string,
    });
    const dry = await run('config', 'import', file, '--name', 'rover-b', '--dry-run', '--json');
    expect(JSON.parse(dry.out)).toMatchObject({ robot: 'rover-b', isNew: true, written: false });
    expect(await run('config', 'check', 'rover-b')).toMatchObject({ code: 1 });
    expect((await run('config', 'import', file, '--name', 'rover-b')).out).toMatch(
      /domain_id.*7[\s\S]*rover-b is added/,
    );
    expect((await run('config', 'diff', 'rover', '--with', 'rover-b')).out).not.toContain('domain_id');
    await run('config', 'set', 'rover-b', '--set', 'domain_id=9');
    expect((await run('config', 'import', file, '--name', 'rover-b', '--replace')).out).toMatch(/9 -> 7/);
  });

  test('what is wrong is said with its place', async () => {
    const file = path.join(home, 'bad.yaml');
    await writeFile(file, (await run('config', 'export', 'rover')).out.replace('domain_id: 7', 'domain_id: 999'));
    const { code, notes } = await run('config', 'import', file, '--name', 'x');
    expect([code, notes]).toEqual([1, expect.stringMatching(/bad\.yaml:\d+:\d+: error: domain_id/) as string]);
    await writeFile(file, Buffer.from('tether_profile:\xff', 'latin1'));
    expect((await run('config', 'import', file)).notes).toMatch(/bad\.yaml:1:16: error: .*UTF-8/);
    expect((await run('config', 'import', path.join(home, 'nothing.yaml'))).notes).toContain('is not there');
  });
});

describe('config running', () => {
  const nodes = [
    {
      ...{ node: '/cloudwatch_logger', problem: null },
      parameters: [
        { key: 'publish_frequency', running: 9, file: 5, isDeclared: true, isSame: false },
        { key: 'log_group_name', running: 'robots', file: 'robots', isDeclared: true, isSame: true },
        { key: 'storage_limit', running: null, file: 1, isDeclared: false, isSame: false },
      ],
    },
  ];
  const asked: unknown[] = [];
  const answering = (answers: { name: string; isSet: boolean; reason: string }[]): Partial<CommandContext> => ({
    openEngine: () =>
      Promise.resolve(
        succeed({
          openRobot: (_, how) => {
            asked.push(how);
            return Promise.resolve(
              succeed({
                running: () => Promise.resolve(succeed({ nodes })),
                setRunning: (_file: unknown, node: string, keys: readonly string[]) => {
                  asked.push([node, keys]);
                  return Promise.resolve(succeed({ answers }));
                },
              } as Partial<CommandRobot> as CommandRobot),
            );
          },
          close: () => Promise.resolve(succeed(undefined)),
        } satisfies CommandEngine),
      ),
  });

  beforeEach(() => {
    asked.length = 0;
  });

  test('shows what differs, and sets nothing by itself', async () => {
    const { code, output } = await runInProcess(home, ['config', 'running', 'rover'], answering([]));
    expect(code).toBe(0);
    expect(output.lines.join('\n')).toMatch(/publish_frequency +9 +5[\s\S]*the same[\s\S]*unknown to it/);
    expect(asked).toEqual([{ connect: true, mode: 'manual' }]);
  });

  test('sets what differs and the node knows, and says what was refused', async () => {
    const refused = answering([{ name: 'publish_frequency', isSet: false, reason: 'read-only' }]);
    const { code, output } = await runInProcess(home, ['config', 'running', 'rover', '--set', '--json'], refused);
    expect([code, JSON.parse(output.lines[0] ?? '')]).toEqual([
      1,
      { nodes: [{ ...nodes[0], answers: [{ name: 'publish_frequency', isSet: false, reason: 'read-only' }] }] },
    ]);
    expect(asked).toContainEqual(['/cloudwatch_logger', ['publish_frequency']]);
    const set = answering([{ name: 'publish_frequency', isSet: true, reason: '' }]);
    const words = ['config', 'running', 'rover', '--set', '--node', '/cloudwatch_logger'];
    expect((await runInProcess(home, words, set)).code).toBe(0);
    expect(await runInProcess(home, [...words, '--node', '/other'], set)).toMatchObject({ code: 1 });
  });

  test('a window that has the robot open is asked over its socket', async () => {
    await withOwner(home, async () => {
      const { code, notes } = await run('config', 'running', 'rover', '--set');
      expect([code, notes]).toEqual([1, expect.stringContaining('rover is not connected') as string]);
    });
  });

  test('a file that is not valid is put to no node', async () => {
    await put('arm', 'tether:\n  ros__parameters:\n    domain_id: 900\n');
    expect(await run('config', 'running', 'arm', '--set')).toMatchObject({
      code: 1,
      notes: expect.stringMatching(/Line 3, column/) as string,
    });
  });
});

describe('with a file of all robots', () => {
  const logger = (line: string) => `cloudwatch_logger:\n  ros__parameters:\n    ${line}\n`;

  test('check names the file that is wrong', async () => {
    const fleet = await put('@fleet', logger('publish_frequency: 5'));
    const { code, out } = await run('config', 'check', 'rover', '--json');
    expect([code, JSON.parse(out)]).toMatchObject([
      1,
      { valid: false, issues: [{ line: 3, column: 24, file: fleet }] },
    ]);
    expect((await run('config', 'check', 'rover')).out).toContain(`${fleet}:3:24: error: publish_frequency`);
    expect((await run('config', 'check', '@fleet')).code).toBe(1);
  });

  test('diff and set know what the fleet says', async () => {
    await put('@fleet', logger('log_group_name: "fleet"'));
    await put('arm', logger('log_group_name: "own"'));
    await put('leg', '');
    expect((await run('config', 'diff', 'arm', '--with', 'leg')).out).toMatch(/log_group_name\s+own\s+fleet/);
    expect((await run('config', 'diff', 'leg', '--with', '@fleet')).out).toBe('No parameter differs.');
    const reset = await run('config', 'set', 'arm', '--reset', 'log_group_name', '--json');
    expect(JSON.parse(reset.out)).toMatchObject({ changed: [{ before: 'own', after: 'fleet' }], written: true });
    expect((await run('config', 'set', '@fleet', '--set', 'log_group_name=other')).code).toBe(0);
    expect((await run('config', 'diff', 'arm', '--with', '@fleet')).out).toBe('No parameter differs.');
  });
});
