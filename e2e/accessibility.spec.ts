import { expect } from '@playwright/test';
import { test } from './bench/Bench.js';
import { graveFindings } from './bench/graveFindings.js';

/** No serious or critical finding of axe, on every desk with a robot's real data, and on the first page of all. */
test('the first page', async ({ bench }) => {
  const app = await bench.launch();
  await expect(app.page.getByRole('button', { name: /demo/i })).toBeVisible();
  expect(await graveFindings(app.page)).toEqual([]);
  await app.close();
});

test('every desk', async ({ bench }) => {
  const { app } = await bench.launchWithLocalCloud();
  bench.publish({ count: 0, ratePerS: 20, metrics: 2, metricLists: 10_000 });
  await app.expectReceived('logs', 40, 30_000);
  await app.expectReceived('metrics', 10, 30_000);
  const findings: string[] = [];
  for (const desk of ['logs', 'metrics', 'cache', 'config'] as const) {
    await app.open(desk);
    await expect(app.page.getByTestId(`tab-${desk}`)).toHaveAttribute('aria-selected', 'true');
    findings.push(...(await graveFindings(app.page)).map((finding) => `${desk} desk: ${finding}`));
  }
  expect(findings).toEqual([]);
  await app.close();
});

test('the log desk in every theme, with all that can be open', async ({ bench }) => {
  const { app } = await bench.launchWithLocalCloud();
  bench.publish({ count: 0, ratePerS: 20 });
  await app.expectReceived('logs', 40, 30_000);
  const list = app.page.getByTestId('log-list');
  await list.focus();
  for (const key of ['E', 'Enter', 'b', 'n', 'r']) await app.page.keyboard.press(key);
  await app.page.keyboard.press('/');
  await app.page.keyboard.type('message mark:test');
  await app.page.keyboard.press('Enter');
  await expect(app.page.getByTestId('filter-chip')).toHaveCount(2);
  const findings: string[] = [];
  const themes = [
    ['dark', 'Dark'],
    ['light', 'Light'],
    ['contrast', 'High contrast'],
    ['sunlight', 'Sunlight'],
  ] as const;
  for (const [id, theme] of themes) {
    await app.command(`${theme} theme`);
    await expect(app.page.locator('html')).toHaveAttribute('data-theme', id);
    findings.push(...(await graveFindings(app.page)).map((finding) => `${theme}: ${finding}`));
  }
  expect(findings).toEqual([]);
  await app.close();
});
