import { expect } from '@playwright/test';
import { test } from './bench/Bench.js';

test('offline the pending grows and the ladder says why; connected again, a flush sends it all', async ({ bench }) => {
  const { app, cloud } = await bench.launchWithLocalCloud();
  const publisher = bench.publish({ count: 600, ratePerS: 60, metrics: 2, metricLists: 20 });
  await app.expectReceived('logs', 30, 30_000);
  await cloud.link.cut();
  const pendingAtCut = await app.figure('pending');
  await expect.poll(() => app.figure('pending'), { timeout: 30_000 }).toBeGreaterThan(pendingAtCut + 100);
  await expect(app.rung('internet')).not.toHaveAttribute('data-state', 'ok', { timeout: 30_000 });
  const sent = await publisher.done(30_000);
  await app.expectReceived('logs', sent.logs, 30_000);
  expect((await bench.onDisk()).pendingRecords).toBeGreaterThan(0);
  // Each line is on disk or in CloudWatch; one whose answer was cut off with the link is in both, until it can be asked for.
  const inCloud = (await cloud.reader.logEvents()).map(({ message }) => message);
  const numbersOf = (text: string): string[] =>
    [...text.matchAll(/message (\d+) of/gu)].map(([, number]) => number ?? '');
  await expect
    .poll(async () => {
      const cached = await bench.command('cache', 'cat', '--kind', 'logs', '--json');
      return new Set([...numbersOf(inCloud.join('\n')), ...numbersOf(cached)]).size;
    })
    .toBe(sent.logs);
  const { cachedRecords } = await bench.onDisk();
  const metricsInCloud = await cloud.reader.countMetricSamples();
  expect(cachedRecords + inCloud.length + metricsInCloud).toBeGreaterThanOrEqual(sent.logs + sent.metricLists * 2);

  await cloud.link.restore();
  await app.flush();
  await app.expectFigure('pending', 0, 40_000);
  expect(await cloud.reader.countLogs()).toBe(sent.logs);
  expect(await cloud.reader.countMetricSamples()).toBe(sent.metricLists * 2);
  await expect(app.rung('internet')).toHaveAttribute('data-state', 'ok', { timeout: 30_000 });
  await app.close();
});
