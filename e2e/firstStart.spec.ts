import { expect } from '@playwright/test';
import { test } from './bench/Bench.js';

test('an empty home offers the demo robot and a real one', async ({ bench }) => {
  const app = await bench.launch();
  await expect(app.page.getByRole('button', { name: /demo/i })).toBeVisible();
  await expect(
    app.page.getByRole('button', { name: /(connect|add).*robot|robot.*(connect|add)/i }).first(),
  ).toBeVisible();
  await app.close();
});

test('the demo robot is one click away, and its lines are real', async ({ bench }) => {
  const app = await bench.launch();
  await app.page.getByRole('button', { name: /demo/i }).click();
  await expect(app.rows.first()).toBeVisible({ timeout: 40_000 });
  await expect(app.rung('account')).toHaveAttribute('data-state', 'ok', { timeout: 30_000 });
  await app.close();
});

test('settings and the window are remembered between starts, for one app at a time', async ({ bench }) => {
  const app = await bench.launch();
  await app.page.evaluate(async () => {
    const { tether } = window as unknown as { tether: { saveSettings(settings: object): Promise<void> } };
    await tether.saveSettings({ theme: 'sunlight', robot: null, desk: 'cache' });
  });
  await app.close();
  const again = await bench.launch();
  const settings = await again.page.evaluate(async () => {
    const { tether } = window as unknown as { tether: { facts(): Promise<{ settings: object }> } };
    return (await tether.facts()).settings;
  });
  expect(settings).toMatchObject({ theme: 'sunlight', desk: 'cache' });
  await again.close();
});
