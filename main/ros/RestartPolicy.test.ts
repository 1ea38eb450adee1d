import { expect, it } from 'vitest';
import { healthyAfterMs, restartDelayMsMax, RestartPolicy } from './RestartPolicy.js';

it('starts again at once, then later and later up to the bound, and forgets after a healthy life', () => {
  const policy = new RestartPolicy();
  const delays = Array.from({ length: 8 }, () => policy.delayAfter(100));
  expect(delays).toEqual([0, 500, 1000, 2000, 4000, 8000, restartDelayMsMax, restartDelayMsMax]);
  expect(policy.delayAfter(healthyAfterMs)).toBe(0);
  expect(policy.delayAfter(100)).toBe(500);
});
