import { expect, test } from 'vitest';
import { LossLog } from './LossLog.js';

const dds = { stage: 'dds', reason: 'DDS history (/rosout)' } as const;

test('losses of one kind that follow one another are one, others are by themselves', () => {
  const log = new LossLog();
  log.add({ ...dds, count: 3, noticedMs: 10_000 });
  log.add({ stage: 'host', reason: 'queue full', count: 1, noticedMs: 10_100 });
  log.add({ ...dds, count: 4, noticedMs: 10_900 });
  log.add({ ...dds, count: 5, noticedMs: 12_000 });
  log.add({ ...dds, count: 0, noticedMs: 20_000 });
  expect(log.all().map(({ count, noticedMs }) => [count, noticedMs])).toEqual([
    [7, 10_000],
    [1, 10_100],
    [5, 12_000],
  ]);
});

test('what is listed is no part of the sums that are written beside it', () => {
  const log = new LossLog();
  log.add({ ...dds, count: 3, noticedMs: 0 });
  expect(log.without({ dds: 10, evicted: 2 })).toEqual({ dds: 7, evicted: 2 });
});

test('the oldest are left to the sums', () => {
  const log = new LossLog();
  for (let minute = 0; minute < 1500; minute += 1) log.add({ ...dds, count: 1, noticedMs: minute * 60_000 });
  expect(log.all().length).toBe(1000);
  expect(log.without({ dds: 1500 })).toEqual({ dds: 500 });
});
