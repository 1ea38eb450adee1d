import { expect } from '@playwright/test';
import { CloudReader } from '../scripts/check/CloudReader.mjs';
import { test } from './bench/Bench.js';

/** From a real rclpy publisher to the page, the disk and the cloud, against our own strict CloudWatch and one we did not write. */
const logs = 400;
const metricLists = 20;
const metricsPerList = 3;

/** What the app was sent must be in the cloud, each message once. */
function expectEachOnce(messages: readonly string[], count: number): void {
  const numbers = messages.map((message) => Number(/message (\d+) of the test/.exec(message)?.[1] ?? 'NaN'));
  expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index));
}

test('live logs and metrics reach the page, the disk and the local CloudWatch', async ({ bench }) => {
  const { app, cloud } = await bench.launchWithLocalCloud();
  const publisher = bench.publish({ count: logs, ratePerS: 200, metrics: metricsPerList, metricLists });
  await expect(app.rows.first()).toBeVisible({ timeout: 30_000 });
  expect(await publisher.done(30_000)).toEqual({ logs, metricLists });

  await app.expectReceived('logs', logs, 30_000);
  await app.expectReceived('metrics', metricLists * metricsPerList, 30_000);
  await expect(app.rows.filter({ hasText: `message ${logs - 1} of the test` })).toBeVisible();
  await app.open('metrics');
  await expect(app.page.getByTestId('metric-chart')).toHaveCount(metricsPerList);
  await expect(app.page.getByTestId('metric-chart').first()).toContainText('test_metric_0');

  await app.expectFigure('pending', 0, 30_000);
  expect(await bench.onDisk()).toMatchObject({ cachedRecords: 0, pendingRecords: 0, lost: {} });
  const events = await cloud.reader.logEvents();
  expect(new Set(events.map(({ group, stream }) => `${group}/${stream}`))).toEqual(
    new Set([`${bench.group}/${bench.stream}`]),
  );
  expectEachOnce(
    events.map((event) => event.message),
    logs,
  );
  expect(await cloud.reader.countMetricSamples()).toBe(metricLists * metricsPerList);
  expect(cloud.refusals).not.toHaveProperty('InvalidParameterException');
  await app.close();
});

test('the same against moto, with an endpoint in the robot file and keys in the environment', async ({ bench }) => {
  const moto = await bench.moto();
  await bench.writeRobot({ endpoint: moto.url });
  const app = await bench.launch({ environment: motoKeys });
  const publisher = bench.publish({ count: logs, ratePerS: 200, metrics: metricsPerList, metricLists });
  await expect(app.rows.first()).toBeVisible({ timeout: 30_000 });
  expect(await publisher.done(30_000)).toEqual({ logs, metricLists });
  await app.expectReceived('metrics', metricLists * metricsPerList, 30_000);
  await app.expectReceived('logs', logs, 30_000);
  await app.expectFigure('pending', 0, 30_000);

  const reader = new CloudReader(moto.url);
  expectEachOnce(
    (await reader.logEvents()).map((event) => event.message),
    logs,
  );
  expect(await reader.countMetricSamples()).toBe(metricLists * metricsPerList);
  reader.close();
  await app.close();
});

test('100,000 messages at 2,000/s with the page open arrive in moto, each once', async ({ bench }) => {
  test.setTimeout(240_000);
  const count = 100_000;
  const moto = await bench.moto();
  await bench.writeRobot({ endpoint: moto.url });
  const app = await bench.launch({ environment: motoKeys });
  // It keeps all, so that DDS has to hand over each, however late this machine is; with rclcpp's 1,000 it may drop what was not
  // acknowledged half a second later, also what nobody has heard the beginning of, which nobody can count.
  const publisher = bench.publish({ count, ratePerS: 2_000, historyDepth: count });
  await expect(app.rows.first()).toBeVisible({ timeout: 30_000 });
  expect(await publisher.done(120_000)).toMatchObject({ logs: count });
  // Which stage lost what, should any: received and counted lost together are what was published, to the message.
  const accountedFor = async (): Promise<number> => (await app.received('logs')) + (await app.figure('lost'));
  await expect.poll(accountedFor, { timeout: 60_000, message: 'received and counted lost together' }).toBe(count);
  expect((await bench.onDisk()).lost, 'lost, by stage').toEqual({});
  await app.expectFigure('pending', 0, 60_000);

  const reader = new CloudReader(moto.url);
  const messages = (await reader.logEvents()).map((event) => event.message);
  reader.close();
  expect(messages).toHaveLength(count);
  expectEachOnce(messages, count);
  expect(await bench.onDisk()).toMatchObject({ cachedRecords: 0 });
  await app.close();
});

const motoKeys = { AWS_ACCESS_KEY_ID: 'loopback', AWS_SECRET_ACCESS_KEY: 'loopback', AWS_REGION: 'us-east-1' };
