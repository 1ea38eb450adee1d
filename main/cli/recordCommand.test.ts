import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newRobotText } from '../config/newRobotText.js';
import { succeed } from '../model/Problem.js';
import type { CommandContext, CommandEngine, CommandRobot } from './CommandContext.js';
import { runInProcess } from './TestOutput.test-support.js';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tether-record-'));
  await mkdir(join(home, 'robots'));
  await writeFile(join(home, 'robots', 'rover.yaml'), newRobotText({ name: 'rover', domainId: 7, cloud: 'local' }));
});

afterEach(async () => {
  await rm(home, { recursive: true });
});

/** An engine whose robot receives nothing. */
function engineThat(sendsOnlyWhenTold: boolean, asked: unknown[]): Partial<CommandContext> {
  const robot: Partial<CommandRobot> = {
    received: () => ({ logs: 0, metrics: 0 }),
    health: () => Promise.resolve({ pendingRecords: 0, cacheBytes: 0, lostRecords: 0, trouble: '', diskProblem: null }),
    sendsOnlyWhenTold: () => sendsOnlyWhenTold,
  };
  const engine: CommandEngine = {
    openRobot: (_, how) => {
      asked.push(how);
      return Promise.resolve(succeed(robot as CommandRobot));
    },
    close: () => Promise.resolve(succeed(undefined)),
  };
  return { openEngine: () => Promise.resolve(succeed(engine)) };
}

test.each([
  { words: [], sendsOnlyWhenTold: false, mode: 'remembered', isSaid: false },
  { words: [], sendsOnlyWhenTold: true, mode: 'remembered', isSaid: true },
  { words: ['--hold'], sendsOnlyWhenTold: true, mode: 'manual', isSaid: false },
])(
  'record $words of a robot that sends only when told ($sendsOnlyWhenTold) opens it as $mode',
  async ({ words, sendsOnlyWhenTold, mode, isSaid }) => {
    const asked: unknown[] = [];
    const context = engineThat(sendsOnlyWhenTold, asked);
    const { output } = await runInProcess(home, ['record', 'rover', '--for', '1', ...words], context);
    expect(asked).toEqual([{ connect: true, mode }]);
    expect(output.notes.some((note) => note.includes('rover sends only when you flush'))).toBe(isSaid);
  },
);
