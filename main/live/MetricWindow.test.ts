import { expect, test } from 'vitest';
import type { MetricRecord } from '../model/Record.js';
import { MetricWindow } from './MetricWindow.js';

function sample(name: string, value: number): MetricRecord {
  return { kind: 'metric', stampNs: 0n, receivedNs: 0n, name, unit: 'none', value, dimensions: [], topic: '/metrics' };
}

test('samples of series beyond the limit are counted', () => {
  const window = new MetricWindow(2);
  for (let value = 0; value < 3; value += 1) {
    for (const name of ['a', 'b', 'c', 'd']) window.add(sample(name, value));
  }
  expect(window.take(true).map(({ name, samples }) => [name, samples.length])).toEqual([
    ['a', 3],
    ['b', 3],
  ]);
  expect(window.samplesLeftOut).toBe(6);
});
