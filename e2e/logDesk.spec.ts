import { expect } from '@playwright/test';
import { test } from './bench/Bench.js';

test('the list is filtered, paused and followed by keyboard, and the recording goes on', async ({ bench }) => {
  const { app } = await bench.launchWithLocalCloud();
  bench.publish({ count: 0, ratePerS: 40 });
  await app.expectReceived('logs', 60, 30_000);
  const list = app.page.getByTestId('log-list');
  const { keyboard } = app.page;
  await expect(list).toHaveAttribute('data-following', 'true');

  // Filter: only matching rows are drawn, and the page says how many it hides.
  await list.focus();
  await keyboard.press('/');
  await keyboard.type('"message 7 of"');
  await expect(app.rows).toHaveCount(1);
  await expect(app.rows.first()).toContainText('message 7 of the test');
  await expect
    .poll(async () => Number(await app.page.getByTestId('hidden-count').getAttribute('data-value')))
    .toBeGreaterThan(50);
  await keyboard.press('Escape');
  await expect(app.page.getByTestId('filter-text')).toHaveValue('');
  await expect(app.page.getByTestId('hidden-count')).toHaveCount(0);
  await keyboard.press('Escape');
  await expect(list).toBeFocused();

  // Pause: the view stands still, what comes is counted, and all of it is received.
  await keyboard.press('Space');
  await expect(list).toHaveAttribute('data-following', 'false');
  const shown = await list.getAttribute('data-rows');
  const receivedWhenPaused = await app.received('logs');
  await app.expectReceived('logs', receivedWhenPaused + 40, 30_000);
  await expect(list).toHaveAttribute('data-rows', shown ?? '');
  await expect
    .poll(async () => Number(await app.page.getByTestId('new-rows').getAttribute('data-value')))
    .toBeGreaterThan(20);
  await keyboard.press('Space');
  await expect(list).toHaveAttribute('data-following', 'true');

  // Reading further up stops following; End follows again.
  await keyboard.press('Home');
  await expect(list).toHaveAttribute('data-following', 'false');
  await expect(app.page.getByTestId('new-rows')).toBeVisible();
  await expect(list.getByText('message 0 of the test')).toBeVisible();
  await keyboard.press('End');
  await expect(list).toHaveAttribute('data-following', 'true');
  await expect(app.page.getByTestId('new-rows')).toHaveCount(0);
  await app.close();
});
