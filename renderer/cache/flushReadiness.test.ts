import { expect, test } from 'vitest';
import type { RobotStatus } from '../../main/contract/frames.js';
import type { Rung } from '../../main/model/Ladder.js';
import type { Problem } from '../../main/model/Problem.js';
import { FakeCalls } from '../dev/FakeCalls.js';
import { fakeStatus } from '../dev/fakeStatus.js';
import { storyOf } from '../dev/stories.js';
import { flushReadiness } from './flushReadiness.js';

function rover(story: string): RobotStatus {
  const chosen = storyOf(story);
  const [robot] = fakeStatus(chosen, new FakeCalls(chosen), 1, Date.now()).robots;
  if (robot === undefined) throw new Error('the story has no robot');
  return robot;
}

function withAccount(robot: RobotStatus, account: Partial<Rung>, upload: Partial<RobotStatus['upload']>): RobotStatus {
  const ladder = robot.ladder.map((rung) => (rung.id === 'account' ? { ...rung, ...account } : rung));
  return { ...robot, ladder, upload: { ...robot.upload, ...upload } };
}

const guards: readonly [words: string, problem: Problem][] = [
  [
    'wrong account',
    {
      code: 'other-account',
      message: 'The credentials are for the account 1, but the robot file names 2.',
      nextStep: 'Choose a profile of 2.',
      command: 'aws sso login --profile field',
    },
  ],
  [
    'wrong region',
    { code: 'other-region', message: 'These records would go to eu-west-1.', nextStep: 'Re-aim them, or correct it.' },
  ],
];

test.each(guards)('%s: the button promises no sending, and says why and what to do', (words, problem) => {
  const rung = { state: 'failed', words, reason: problem.message, nextStep: problem.nextStep } as const;
  const robot = withAccount(rover('live'), rung, { state: 'blocked', words, problem });
  expect(flushReadiness(robot, '9,120 records')).toEqual({
    ...{ now: false, label: 'Flush when allowed', reason: problem.message, nextStep: problem.nextStep },
    ...(problem.command === undefined ? {} : { command: problem.command }),
  });
});

test.each(guards)('%s: seen by the ladder before anything was sent, the same', (words, problem) => {
  const rung = { state: 'failed', words, reason: problem.message, nextStep: problem.nextStep } as const;
  const robot = withAccount(rover('live'), rung, { state: 'idle', problem: null });
  expect(flushReadiness(robot, '9,120 records')).toMatchObject({
    ...{ now: false, label: 'Flush when allowed', reason: problem.message, nextStep: problem.nextStep },
  });
});

test('a robot that is well is flushed at once; one without a link when it is back', () => {
  expect(flushReadiness(withAccount(rover('live'), {}, { state: 'idle' }), '3 records')).toMatchObject({
    ...{ now: true, label: 'Flush 3 records' },
  });
  expect(flushReadiness(rover('offline'), '3 records')).toMatchObject({ now: false, label: 'Flush when connected' });
});
