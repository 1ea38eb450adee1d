import { expect, test } from 'vitest';
import { lossLines, lostSum } from './lossLines.js';

function countsOf(lost: Parameters<typeof lossLines>[0]['lost']): Record<string, number | null> {
  return Object.fromEntries(lossLines({ lost }, 0).map(({ stage, count }) => [stage, count]));
}

test('what cannot be counted is not shown as 0', () => {
  // A bridge of ROS 2 or JSON: nothing there has numbers.
  expect(countsOf({})).toMatchObject({ dds: null, link: null, host: 0, memory: 0, torn: 0 });
  const [link] = lossLines({ lost: {} }, 0).filter(({ stage }) => stage === 'link');
  expect(link?.words).toMatch(/^between the robot and this laptop .*: not counted here$/u);
});

test('what is counted is, also where it is none', () => {
  expect(countsOf({ link: 0 })).toMatchObject({ dds: null, link: 0 });
  expect(countsOf({ dds: 41, host: 2 })).toMatchObject({ dds: 41, link: null, host: 2 });
});

test('what CloudWatch refused is listed, and no part of the sum', () => {
  expect(lostSum({ lost: { link: 3, evicted: 4, rejected: 9 } })).toBe(7);
  expect(countsOf({ rejected: 9 })).toMatchObject({ rejected: 9 });
});

test('what the page was too slow for has its count, and is called no loss', () => {
  const line = lossLines({ lost: { dds: 2 } }, 61_000).at(-1);
  expect(line).toMatchObject({ stage: 'page', count: 61_000 });
  expect(line?.words).toContain('no loss');
});
