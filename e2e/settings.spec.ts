import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@playwright/test';
import { test } from './bench/Bench.js';

interface AppFile {
  readonly version: number;
  readonly settings: { readonly theme: string; readonly limits: unknown; readonly recentRobots: readonly string[] };
}

test('settings: taken over from the first versions, changed by keyboard alone, there again after a restart', async ({
  bench,
}) => {
  const folder = path.join(bench.home, 'settings');
  await mkdir(folder, { recursive: true });
  await writeFile(
    path.join(folder, 'window.json'),
    JSON.stringify({ settings: { theme: 'light', robot: bench.robot, desk: 'cache', turbo: 1 } }),
  );
  const { app } = await bench.launchWithLocalCloud();
  const { page } = app;
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await expect(page.getByText('settings.turbo (is not known to this version)')).toBeVisible();
  expect(await readdir(path.join(folder, 'aside'))).toHaveLength(1);

  await page.keyboard.press('Control+,');
  const caches = page.getByTestId('settings-caches');
  await expect(caches).toBeVisible();
  await caches.focus();
  await page.keyboard.type('40 MB');
  await expect(page.getByText('At least 64 MB.')).toBeVisible();
  await expect(page.getByTestId('settings-apply')).toBeDisabled();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('10 GB');
  await page.keyboard.press('Enter');
  const onDisk = async (): Promise<AppFile> =>
    JSON.parse(await readFile(path.join(folder, 'app.json'), 'utf8')) as AppFile;
  await expect
    .poll(onDisk)
    .toMatchObject({ version: 2, settings: { theme: 'light', limits: { cachesBytesMax: 10 * 2 ** 30 } } });
  await page.keyboard.press('Escape');
  await expect(caches).toHaveCount(0);
  await app.close();

  const again = await bench.launch();
  await expect(again.page.getByTestId('tab-cache')).toBeVisible();
  await again.page.keyboard.press('Control+,');
  await expect(again.page.getByTestId('settings-caches')).toHaveValue('10 GB');
  await expect(again.page.getByText('is not known to this version')).toHaveCount(0);
  await again.page.getByTestId('settings-default').click();
  await again.page.getByTestId('settings-apply').click();
  await expect.poll(onDisk).toMatchObject({ settings: { limits: { cachesBytesMax: null, diskFreeBytesMin: null } } });
  await again.close();
});

test('a connection profile: out of one robot, refused with a place when it is broken, in under another name', async ({
  bench,
}) => {
  const { app } = await bench.launchWithLocalCloud();
  const { page } = app;
  await app.open('config');
  await page.getByTestId('config-profile').click();
  const text = (await page.getByTestId('profile-text').textContent()) ?? '';
  expect(text).toContain(`domain_id: ${bench.domainId}`);
  await page.keyboard.press('Escape');

  const file = path.join(bench.home, 'rover.profile.yaml');
  await writeFile(file, text.replace(`domain_id: ${bench.domainId}`, 'domain_id: 999'));
  await page.keyboard.press('Control+K');
  await page.getByTestId('palette-input').fill('from a profile');
  await page.keyboard.press('Enter');
  await page.getByTestId('profile-file').setInputFiles(file);
  await expect(page.getByTestId('profile-issues')).toContainText(/\d+:\d+ domain_id/);
  await expect(page.getByTestId('profile-import')).toHaveCount(0);

  const mended = path.join(bench.home, 'mended.profile.yaml');
  await writeFile(mended, text);
  await page.getByTestId('profile-file').setInputFiles(mended);
  await expect(page.getByTestId('profile-taken')).toBeVisible();
  await expect(page.getByTestId('profile-import')).toBeDisabled();
  await page.getByTestId('profile-name').fill('rover-b');
  await page.getByTestId('profile-import').click();
  await expect(page.getByTestId('profile-file')).toHaveCount(0);
  const written = await readFile(path.join(bench.home, 'robots', 'rover-b.yaml'), 'utf8');
  expect(written).toContain(`domain_id: ${bench.domainId}`);
  await app.close();
});
