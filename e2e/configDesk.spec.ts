import { readFile } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { test } from './bench/Bench.js';

test('an error typed into the robot file is marked, cannot be saved, and is gone when it is mended', async ({
  bench,
}) => {
  const { app } = await bench.launchWithLocalCloud();
  const before = await readFile(bench.robotFile, 'utf8');
  await app.open('config');
  const editor = app.page.getByTestId('config-editor').locator('.cm-content');
  await expect(editor).toContainText('domain_id');
  const issues = app.page.getByTestId('config-issue');
  await expect(issues).toHaveCount(0);

  await editor.getByText('publish_frequency').first().click();
  await app.page.keyboard.press('End');
  await app.page.keyboard.type(' seconds please');
  await expect(issues.first()).toBeVisible();
  await expect(
    app.page.getByTestId('config-editor').locator('.cm-lintRange-error, .cm-lint-marker-error').first(),
  ).toBeVisible();
  await expect(app.page.getByTestId('config-save')).toBeDisabled();
  expect(await readFile(bench.robotFile, 'utf8')).toBe(before);

  await app.page.keyboard.press('Home');
  await app.page.keyboard.press('Shift+End');
  await app.page.keyboard.type('publish_frequency: 1.5');
  await expect(issues).toHaveCount(0);
  await app.page.getByTestId('config-save').click();
  await app.page.getByTestId('config-apply').click();
  const wanted = before.replace('publish_frequency: 1.0', 'publish_frequency: 1.5');
  await expect.poll(() => readFile(bench.robotFile, 'utf8')).toBe(wanted);
  await app.close();
});
