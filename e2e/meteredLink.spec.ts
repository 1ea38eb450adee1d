import { expect, type Locator } from '@playwright/test';
import { test } from './bench/Bench.js';

/** Levels of rcl_interfaces/msg/Log. */
const [info, error] = [20, 40];

const keys = { AWS_ACCESS_KEY_ID: 'loopback', AWS_SECRET_ACCESS_KEY: 'loopback', AWS_REGION: 'us-east-1' };

test('on a metered link records wait, but for errors; one flush sends what waits, and what comes after waits again', async ({
  bench,
}) => {
  const cloud = await bench.localCloud();
  // An endpoint of one's own: the CloudWatch of this laptop costs nothing whatever the link.
  await bench.writeRobot({ endpoint: cloud.link.url });
  const app = await bench.launch({ environment: keys });
  const byId = (id: string): Locator => app.page.getByTestId(id);
  await app.open('cache');
  await byId('link-choice').click();
  await byId('link-metered').getByText('Metered', { exact: true }).click();
  await expect(byId('link-choice')).toHaveAttribute('data-metered', 'true');
  await byId('link-limit').fill('500');
  await app.page.keyboard.press('Enter');
  await app.page.keyboard.press('Escape');
  await expect(byId('link-choice')).toContainText('Metered link');
  await expect(byId('link-choice')).toContainText('sends at most 500 kB/s');

  const first = bench.publish({ count: 20, ratePerS: 50, level: info });
  await first.done(30_000);
  await app.expectFigure('pending', 20, 30_000);
  await expect(byId('upload-state')).toContainText('metered link: waits for you');
  await expect(byId('flush-confirm-desk')).toHaveText('Send 20 records on this link anyway', { timeout: 30_000 });
  expect(await cloud.reader.countLogs()).toBe(0);

  await byId('flush-confirm-desk').click();
  await app.expectFigure('pending', 0, 30_000);
  expect(await cloud.reader.countLogs()).toBe(20);
  await expect(byId('flush-summary')).toContainText('CloudWatch has 20 records more');

  const second = bench.publish({ count: 5, ratePerS: 50, level: info });
  await second.done(30_000);
  await app.expectFigure('pending', 5, 30_000);
  expect(await cloud.reader.countLogs()).toBe(20);
  const errors = bench.publish({ count: 3, ratePerS: 50, level: error });
  await errors.done(30_000);
  await expect.poll(() => cloud.reader.countLogs(), { timeout: 30_000 }).toBe(23);
  await app.expectFigure('pending', 5, 30_000);
  await byId('link-choice').click();
  await byId('link-metered').getByText('Not metered').click();
  await app.expectFigure('pending', 0, 30_000);
  expect(await cloud.reader.countLogs()).toBe(28);
  await app.close();
});
