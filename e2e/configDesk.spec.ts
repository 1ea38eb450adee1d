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

test('edit in the form and in the text, break it, apply, see the uploader obey, roll back', async ({ bench }) => {
  const { app, cloud } = await bench.launchWithLocalCloud();
  const { page } = app;
  const onDisk = () => readFile(bench.robotFile, 'utf8');
  const before = await onDisk();
  await app.open('config');
  const text = page.getByTestId('config-text');
  const group = page.getByTestId('field-cloudwatch_logger.log_group_name');
  const stream = page.getByTestId('field-cloudwatch_logger.log_stream_name');

  // In the form, seen in the text.
  await expect(group).toHaveValue(bench.group);
  await group.fill('other-team');
  await expect(text).toContainText('other-team');
  // In the text, seen in the form.
  await text.getByText('log_stream_name').first().click();
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+End');
  await page.keyboard.type('log_stream_name: "renamed"');
  await expect(stream).toHaveValue('renamed');
  // Broken in the form: the line is said, and it cannot be applied.
  await group.fill('not a group');
  await expect(page.getByTestId('config-issue').first()).toContainText('log group name');
  await expect(page.getByTestId('config-save')).toBeDisabled();
  await group.fill('other-team');
  await expect(page.getByTestId('config-issue')).toHaveCount(0);
  expect(await onDisk()).toBe(before);

  // Reviewed and applied: what comes now goes to the new group.
  await page.getByTestId('config-save').click();
  await expect(page.getByTestId('config-differences')).toContainText('other-team');
  await page.getByTestId('config-apply').click();
  await expect.poll(onDisk).toContain('other-team');
  const publisher = bench.publish({ count: 20, ratePerS: 50 });
  await publisher.done(30_000);
  await expect
    .poll(async () => (await cloud.reader.logEvents()).filter(({ group: name }) => name === 'other-team').length, {
      timeout: 15_000,
    })
    .toBeGreaterThanOrEqual(20);

  // Back with one click.
  await page.getByTestId('config-history').click();
  await page.getByTestId('config-rollback').click();
  await expect.poll(onDisk).toBe(before);
  await expect(group).toHaveValue(bench.group);
  await app.close();
});
