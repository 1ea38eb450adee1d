import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseTarget, readTarget, writeTarget } from './RobotTarget.js';
import type { RobotTarget } from './RobotTarget.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tether-target-'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** An `ssh` that runs the command in a shell here, with a home of its own, and notes how it was called. */
async function fakeSsh(body = 'for last; do :; done\nHOME="$REMOTE_HOME" exec sh -c "$last"'): Promise<void> {
  const bin = path.join(folder, 'bin');
  await mkdir(bin);
  await writeFile(path.join(bin, 'ssh'), `#!/bin/sh\nprintf '%s\\n' "$@" > "$SSH_CALLED"\n${body}\n`);
  await chmod(path.join(bin, 'ssh'), 0o755);
  vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`);
  vi.stubEnv('SSH_CALLED', path.join(folder, 'called'));
  vi.stubEnv('REMOTE_HOME', folder);
}

describe('parseTarget', () => {
  test.each<[string, RobotTarget]>([
    ['/etc/robot.yaml', { kind: 'path', path: '/etc/robot.yaml' }],
    ['ada@10.0.0.7:/opt/a b.yaml', { kind: 'ssh', host: 'ada@10.0.0.7', path: '/opt/a b.yaml' }],
    ['rover:~/p.yaml', { kind: 'ssh', host: 'rover', path: '~/p.yaml' }],
  ])('%s', (text, target) => {
    expect(parseTarget(text)).toEqual({ ok: true, value: target });
  });
  test.each(['', 'robot.yaml', '-oProxyCommand=x:/a', 'host:', 'host:relative', '/a\nb'])('%j is none', (text) => {
    expect(parseTarget(text)).toMatchObject({ problem: { code: 'bad-target' } });
  });
});

test('a path here: read, written whole, its mode kept', async () => {
  const target = { kind: 'path', path: path.join(folder, 'robot.yaml') } as const;
  expect(await readTarget(target)).toEqual({ ok: true, value: null });
  expect(await writeTarget(target, '# one\n')).toMatchObject({ ok: true });
  expect(await readTarget(target)).toEqual({ ok: true, value: '# one\n' });
  expect(await writeTarget({ kind: 'path', path: path.join(folder, 'nowhere/x.yaml') }, '')).toMatchObject({
    ok: false,
  });
});

describe('over ssh', () => {
  test.each(["~/it's here.yaml", 'absolute'])('%s: read, written, read', async (name) => {
    await fakeSsh();
    const file = name === 'absolute' ? path.join(folder, '$(touch no); x.yaml') : name;
    const target = { kind: 'ssh', host: 'ada@rover', path: file } as const;
    const text = `# ${'ö'.repeat(70_000)}\n`;
    expect(await readTarget(target)).toEqual({ ok: true, value: null });
    expect(await writeTarget(target, text)).toMatchObject({ ok: true });
    expect(await readTarget(target)).toEqual({ ok: true, value: text });
    const there = path.join(folder, name === 'absolute' ? '$(touch no); x.yaml' : "it's here.yaml");
    expect(await readFile(there, 'utf8')).toBe(text);
    expect(await readFile(path.join(folder, 'called'), 'utf8')).toMatch(
      /^-o\nBatchMode=yes\n-o\nConnectTimeout=10\n--\nada@rover\n/,
    );
  });

  test('a link that dies in the middle leaves the old file', async () => {
    await fakeSsh('for last; do :; done\nhead -c 10 | sh -c "$last"');
    const file = path.join(folder, 'robot.yaml');
    await writeFile(file, '# old\n');
    const answer = await writeTarget({ kind: 'ssh', host: 'rover', path: file }, `# ${'new'.repeat(100)}\n`);
    expect(answer).toMatchObject({
      problem: { message: expect.stringContaining('the old one is still there') as string },
    });
    expect(await readFile(file, 'utf8')).toBe('# old\n');
  });

  test('what ssh says is handed on', async () => {
    await fakeSsh('echo "ssh: connect to host rover port 22: No route to host" >&2; exit 255');
    expect(await readTarget({ kind: 'ssh', host: 'rover', path: '/a' })).toMatchObject({
      problem: { code: 'ssh', message: expect.stringContaining('No route to host') as string },
    });
  });
});
