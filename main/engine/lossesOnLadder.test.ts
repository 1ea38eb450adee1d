import { afterEach, beforeEach, expect, test } from 'vitest';
import { liveSeriesMax } from '../live/MetricWindow.js';
import { systemClock } from '../seams/Clock.js';
import type { SourceStatus } from '../seams/RobotSource.js';
import { SessionBench } from './SessionBench.test-support.js';

let bench: SessionBench;

beforeEach(async () => {
  bench = await SessionBench.make();
});

afterEach(async () => {
  await bench.remove();
});

test.each(['dds', 'link', 'host', 'decode'] as const)(
  'what was lost on the way (%s) is on the ladder',
  async (stage) => {
    const session = await bench.open();
    await session.connect();
    bench.giveLogs('heard');
    bench.source.lose({ stage, count: 7, reason: `lost at ${stage}`, noticedNs: systemClock.nowNs() });
    const { ladder } = await session.status();
    expect(ladder.find(({ id }) => id === 'topics')).toMatchObject({
      ...{ state: 'warning', words: '7 lost' },
      reason: expect.stringContaining(`most of them: lost at ${stage}.`) as string,
    });
  },
);

test('what went later on the way is not the topics’', async () => {
  const session = await bench.open();
  await session.connect();
  bench.giveLogs('heard');
  for (const stage of ['evicted', 'torn', 'rejected'] as const) {
    bench.source.lose({ stage, count: 7, reason: stage, noticedNs: systemClock.nowNs() });
  }
  const { ladder } = await session.status();
  expect(ladder.find(({ id }) => id === 'topics')).toMatchObject({ state: 'ok' });
});

test('samples of more series than are shown at once are counted', async () => {
  const session = await bench.open();
  await session.connect();
  bench.giveMetrics(liveSeriesMax + 7);
  expect((await session.status()).samplesNotShown).toBe(7);
});

test('what a source without a host counts is of the link, and 0 only where it counts', async () => {
  const session = await bench.open();
  await session.connect();
  bench.giveLogs('heard');
  expect((await session.status()).lost).toEqual({});
  const statusOf = bench.source.status.bind(bench.source);
  const hear = (changes: Partial<SourceStatus>): void => {
    bench.source.status = () => {
      const now = statusOf();
      return { ...now, ...changes, topics: now.topics.map((topic) => ({ ...topic, lost: 0 })) };
    };
  };
  hear({ hostless: true });
  expect((await session.status()).lost).toEqual({ link: 0 });
  hear({});
  expect((await session.status()).lost).toEqual({ dds: 0 });
});
