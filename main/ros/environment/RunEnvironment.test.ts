import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fail, type Result, succeed } from '../../model/Problem.js';
import { systemClock } from '../../seams/Clock.js';
import type { RosEnvironment } from '../toolchain.js';
import { noInterface, RunEnvironment } from './RunEnvironment.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const ros: RosEnvironment = {
  ...{ kind: 'system', distro: 'jazzy', variables: {}, python: '/usr/bin/python3', rclnodejsBinaries: null },
};

/** An interface, and an environment that is found when the test answers. */
function asked(first: string) {
  let address = first;
  const answers: ((ros: Result<RosEnvironment>) => void)[] = [];
  const told: string[] = [];
  const environment = new RunEnvironment(
    {
      ros: () => new Promise((resolve) => answers.push(resolve)),
      interfaceAddresses: () => [address],
      clock: systemClock,
    },
    {
      found: () => told.push('found'),
      waiting: ({ code }) => told.push(code),
      failed: ({ code }) => told.push(code),
      outdated: (addresses) => {
        told.push(`outdated ${addresses.join(' ')}`);
        environment.begin();
      },
    },
  );
  environment.begin();
  const become = (next: string): void => {
    address = next;
    vi.advanceTimersByTime(4_000);
  };
  const answer = async (place: number, result: Result<RosEnvironment>): Promise<void> => {
    answers[place]?.(result);
    await Promise.resolve();
  };
  return { environment, told, become, answer, timesAsked: () => answers.length };
}

it('does not take the answer for addresses that have changed while it was asked', async () => {
  const { environment, told, become, answer } = asked('10.0.0.2');
  become('10.0.0.7');
  await answer(0, succeed(ros));
  expect(told).toEqual(['outdated 10.0.0.7']);
  await answer(1, succeed(ros));
  expect(told).toEqual(['outdated 10.0.0.7', 'found']);
  environment.end();
});

it('asks again while there is no interface, and not after its end', async () => {
  const { environment, told, answer, timesAsked } = asked('10.0.0.2');
  await answer(0, fail(noInterface, 'it is not up', 'Plug it in.'));
  vi.advanceTimersByTime(2_000);
  expect([told, timesAsked()]).toEqual([[noInterface], 2]);
  await answer(1, fail(noInterface, 'it is not up', 'Plug it in.'));
  environment.end();
  vi.advanceTimersByTime(20_000);
  expect(timesAsked()).toBe(2);
});
