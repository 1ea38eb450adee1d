import { expect, test } from 'vitest';
import { ManualClock } from '../upload/ManualClock.test-support.js';
import { RecentLosses, recentMs } from './RecentLosses.js';

test('counts by stage over the last minute, and names what most of them were', async () => {
  const clock = new ManualClock(1_800_000_000_000_000_000n);
  const losses = new RecentLosses(clock);
  losses.add('dds', 3, 'DDS history (/a)');
  losses.add('dds', 2, 'DDS history (/a)');
  losses.add('host', 1, 'robot host (/b)');
  losses.add('memory', 9, 'disk');
  expect(losses.of(['dds', 'host'])).toEqual({ count: 6, reason: 'DDS history (/a)' });
  expect(losses.of(['decode'])).toBeNull();
  await clock.advance(recentMs / 2);
  losses.add('host', 8, 'robot host (/b)');
  await clock.advance(recentMs / 2 + 1_000);
  expect(losses.of(['dds', 'host'])).toEqual({ count: 8, reason: 'robot host (/b)' });
  await clock.advance(recentMs);
  expect(losses.of(['dds', 'host'])).toBeNull();
});
