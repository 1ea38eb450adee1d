import { expect } from '@playwright/test';
import { test } from './bench/Bench.js';

test('a real robot is one dialog away: its domain, and its /rosout is on the page', async ({ bench }) => {
  const cloud = await bench.localCloud();
  const app = await bench.launch({ environment: { TETHER_LOCAL_CLOUDWATCH: cloud.link.url } });
  const publisher = bench.publish({ count: 600, ratePerS: 50, metrics: 2, metricLists: 10 });

  await app.page.getByTestId('connect-robot').click();
  await app.page.getByTestId('robot-name').fill(bench.robot);
  await app.page.getByTestId('robot-domain').fill(String(bench.domainId));
  await app.page.getByTestId('robot-cloud-local').click();
  await app.page.getByTestId('robot-add-confirm').click();

  await expect(app.page.getByTestId(`robot-${bench.robot}`)).toBeVisible();
  await expect(app.rows.first()).toContainText('of the test', { timeout: 30_000 });
  await expect(app.rung('robot')).toHaveAttribute('data-state', 'ok');
  await publisher.done(60_000);
  await app.expectFigure('pending', 0, 30_000);
  expect((await cloud.reader.logEvents()).length).toBeGreaterThan(0);
  await app.close();
});

test('a name that is taken or a domain out of range is refused in words, and nothing is made', async ({ bench }) => {
  const app = await bench.launch();
  await app.page.getByTestId('connect-robot').click();
  await app.page.getByTestId('robot-name').fill('../escape');
  await app.page.getByTestId('robot-domain').fill('400');
  await app.page.getByTestId('robot-add-confirm').click();
  await expect(app.page.getByText(/232/).first()).toBeVisible();
  await expect(app.page.getByTestId('robot-add-confirm')).toBeVisible();
  await app.close();
});
