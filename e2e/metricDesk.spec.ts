import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from '@playwright/test';
import { test } from './bench/Bench.js';
import { takeFromOpenMenu } from './bench/chooseFromMenu.js';
import { graveFindings } from './bench/graveFindings.js';
import { pressUntilFocused } from './bench/pressUntilFocused.js';
import { robotFileText } from './bench/robotFileText.js';
import type { TetherApp } from './bench/TetherApp.js';

/** The metric desk by keyboard alone, on a real robot's metrics and with no link to CloudWatch. */
test('charts are read, zoomed, shaped, pinned and watched by keyboard', async ({ bench }) => {
  const { app, cloud } = await bench.launchWithLocalCloud();
  await cloud.link.cut();
  const { page } = app;
  const { keyboard } = page;
  // Values count up by one ten times a second; an error is logged five times a second.
  bench.publish({ count: 0, ratePerS: 5, level: 40, metrics: 3, metricLists: 100_000 });
  await app.expectReceived('metrics', 30, 30_000);
  await keyboard.press('Control+2');
  const charts = page.getByTestId('metric-chart');
  await expect(charts).toHaveCount(3);
  const first = charts.first();
  await pressUntilFocused(app.page.getByTestId('metric-chart'), 'Tab');
  await expect(first).toBeFocused();
  await expect(first).toHaveAttribute('aria-label', /test_metric_0.*robot_id tether_test_publisher.*%.*greatest/);

  // Statistics of the time shown (27), units (26).
  await expect(first.getByTestId('metric-statistics')).toContainText(/min .*%.*mean .*%.*max .*%/);

  // Rate, change, smoothing (28).
  await keyboard.press('s');
  await expect(first).toContainText('increase/s');
  await expect(first.getByTestId('metric-value')).toHaveText(/^(9\.\d|1[01]\.\d) %\/s$/);
  await keyboard.press('s');
  await expect(first).toContainText('change/s');
  await keyboard.press('s');
  await expect(first).toContainText('smoothed');
  await keyboard.press('s');
  await expect(first).not.toContainText('smoothed');

  // One cursor on all charts (22), said to a screen reader.
  await keyboard.press('ArrowLeft');
  const spoken = page.getByTestId('metrics-spoken');
  await expect(spoken).toHaveText(/^\d\d:\d\d:\d\d\.\d: /);
  const moment = /^[\d:.]+(?=: )/.exec((await spoken.textContent()) ?? '')?.[0] ?? 'no moment';
  await expect(charts.nth(1).getByTestId('metric-note')).toHaveText(moment);
  await expect(charts.nth(2).getByTestId('metric-note')).toHaveText(moment);

  // Zoom, pan, and back to live (22).
  const range = page.getByTestId('metrics-range');
  await keyboard.press('+');
  const wide = await spanOf(app);
  await keyboard.press('+');
  await expect.poll(() => spanOf(app)).toBeLessThan(wide * 0.6);
  const from = async (): Promise<number> => Number(await range.getAttribute('data-from'));
  const before = await from();
  await keyboard.press('Shift+ArrowLeft');
  await expect.poll(from).toBeLessThan(before);
  await keyboard.press('0');
  await expect(range).toHaveCount(0);

  // Errors are on the charts, and one key away (23).
  await keyboard.press('E');
  await expect(spoken).toHaveText(/^Error at \d\d:/);

  // The next chart; pinned to the top, and still there in the next life of the page (31).
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowDown');
  await expect(charts.nth(2)).toBeFocused();
  await keyboard.press('p');
  await expect(page.getByRole('heading', { name: 'Pinned' })).toBeVisible();
  await expect(first).toHaveAttribute('data-key', /^test_metric_2/);
  await expect(first).toBeFocused();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Pinned' })).toBeVisible({ timeout: 30_000 });
  await expect(charts.first()).toHaveAttribute('data-key', /^test_metric_2/);

  // A table in place of a chart (34).
  await pressUntilFocused(app.page.getByTestId('metric-chart'), 'Tab');
  await keyboard.press('t');
  await expect(page.getByTestId('samples-table').getByRole('row').nth(3)).toContainText('%');
  await keyboard.press('Escape');
  await expect(page.getByTestId('samples-table')).toHaveCount(0);

  // A chart's menu, by each of its keys; the focus is on the chart again afterwards (28, 30, 31, 34).
  await pressUntilFocused(app.page.getByTestId('metric-chart'), 'Tab');
  await menuOfChart(app, 'Shift+F10', /^Change per second/);
  await expect(first).toBeFocused();
  await expect(first).toContainText('change/s');
  await menuOfChart(app, 'ContextMenu', /^Value/);
  await expect(first).not.toContainText('change/s');
  await keyboard.press('m');
  await expect(page.getByRole('menu')).toBeVisible();
  expect(await graveFindings(app.page)).toEqual([]);
  await keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await expect(first).toBeFocused();

  // An alarm that needs no link, told to the desktop (30); its sound: openAlarmBook.test.ts.
  await app.electron.evaluate(({ Notification }) => {
    const shown: string[] = [];
    Object.assign(globalThis, { notificationsShown: shown });
    Notification.isSupported = () => true;
    Notification.prototype.show = function (this: Electron.Notification) {
      shown.push(this.title);
    };
  });
  await menuOfChart(app, 'm', /^Alarm/);
  await expect(page.getByTestId('threshold-above')).toBeFocused();
  await keyboard.type('5');
  await keyboard.press('Enter');
  const alarm = page.getByTestId('alarm-banner');
  await expect(alarm).toContainText('test_metric_2 is above 5.0');
  await expect(charts.first()).toHaveAttribute('data-breached', '');
  await expect
    .poll(() => app.electron.evaluate(() => (globalThis as { notificationsShown?: string[] }).notificationsShown))
    .toEqual([expect.stringMatching(/^rover: test_metric_2 is above 5\.0/)]);
  expect(await graveFindings(app.page)).toEqual([]);

  // Filter and group by dimension (25).
  await pressUntilFocused(app.page.getByTestId('metrics-filter'), 'Tab');
  await keyboard.type('metric_1 robot_id:tether');
  await expect(charts).toHaveCount(1);
  await keyboard.press('Control+A');
  await keyboard.press('Delete');
  await expect(charts).toHaveCount(3);
  await pressUntilFocused(app.page.getByTestId('metrics-group-by'), 'Tab');
  await keyboard.press('ArrowDown');
  await expect(page.getByRole('heading', { name: /^robot_id tether_test_publisher/ })).toBeVisible();

  // From a chart to the lines of its moment (23): an error of the beginning, far above the tail of the list.
  await pressUntilFocused(app.page.getByTestId('metric-chart'), 'Tab');
  await keyboard.press('Home');
  await keyboard.press('e');
  await expect(spoken).toHaveText(/^Error at \d\d:/);
  const errorTime = /^Error at ([\d:.]+): /.exec((await spoken.textContent()) ?? '')?.[1] ?? 'no moment';
  await keyboard.press('Enter');
  await expect(page.getByTestId('tab-logs')).toHaveAttribute('aria-selected', 'true');
  const chosen = page.getByTestId('log-list').getByRole('row', { selected: true });
  await expect(chosen).toHaveCount(1);
  await expect(chosen).toHaveAttribute('data-severity', 'ERROR');
  await expect(chosen.locator('.log-time')).toContainText(errorTime);
  await expect(chosen).toBeInViewport();
  await app.close();
});

test('a threshold is judged for a robot that nobody looks at, and the banner leads to it', async ({ bench }) => {
  const { app, cloud } = await bench.launchWithLocalCloud();
  await cloud.link.cut();
  const { page } = app;
  const { keyboard } = page;
  const first = bench.publish({ count: 0, ratePerS: 2, metrics: 1, metricLists: 5 });
  await app.expectReceived('metrics', 5, 30_000);
  await keyboard.press('Control+2');
  await pressUntilFocused(page.getByTestId('metric-chart'), 'Tab');
  await keyboard.press('a');
  await expect(page.getByTestId('threshold-above')).toBeFocused();
  await keyboard.type('10');
  await keyboard.press('Enter');
  await expect(page.getByTestId('threshold-above')).toHaveCount(0);
  await first.stop();

  // Another robot, which is looked at from now on.
  const { group, stream, namespace } = bench;
  const boat = robotFileText({ domainId: bench.domainId + 1, cloud: 'local', group, stream, namespace });
  await writeFile(path.join(bench.home, 'robots', 'boat.yaml'), boat);
  await expect(page.getByTestId('robot-boat')).toBeVisible({ timeout: 30_000 });
  await app.command('boat');
  await expect(page.getByTestId('robot-boat')).toHaveAttribute('aria-current', 'true');
  await expect(page.getByTestId('alarm-banner')).toHaveCount(0);
  bench.publish({ count: 0, ratePerS: 2, metrics: 1, metricLists: 100 });
  const alarm = page.getByTestId('alarm-banner');
  await expect(alarm).toContainText('rover: test_metric_0 is above 10.0 %', { timeout: 30_000 });
  await pressUntilFocused(page.getByTestId('alarm-show'), 'Shift+Tab');
  await keyboard.press('Enter');
  await expect(page.getByTestId('robot-rover')).toHaveAttribute('aria-current', 'true');
  await expect(page.getByTestId('metric-chart')).toHaveAttribute('data-key', /^test_metric_0/);
  await pressUntilFocused(page.getByTestId('alarm-dismiss'), 'Shift+Tab');
  await keyboard.press('Enter');
  await expect(alarm).toHaveCount(0);
  await app.close();
});

test('metrics of a robot that is gone are read back from disk, as charts, tables and files', async ({ bench }) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'tether-saved-'));
  try {
    const { app, cloud } = await bench.launchWithLocalCloud();
    await cloud.link.cut();
    const publisher = bench.publish({ count: 10, ratePerS: 10, metrics: 4, metricLists: 30 });
    await publisher.done(60_000);
    await app.expectReceived('metrics', 120, 30_000);
    await app.page.keyboard.press('Control+2');
    // No sample for a while: its age, and a badge (24).
    await expect(app.page.getByTestId('metric-note').first()).toHaveText(/^stale · \d+ s old$/, { timeout: 30_000 });
    await publisher.stop();
    // It speaks again: a silence in between is a gap, said to a screen reader too (24).
    await bench.publish({ count: 1, ratePerS: 10, metrics: 4, metricLists: 30 }).done(60_000);
    await app.expectReceived('metrics', 240, 30_000);
    const chart = app.page.getByTestId('metric-chart').first();
    await expect(chart).toHaveAttribute('aria-label', /1 gap without a sample$/);
    await app.close();

    const again = await bench.launch({ environment: { TETHER_LOCAL_CLOUDWATCH: cloud.link.url } });
    const { page } = again;
    const { keyboard } = page;
    await expect(page.getByTestId('metric-chart')).toHaveCount(4, { timeout: 30_000 });
    await expect(page.getByTestId('metric-note').first()).toHaveText('on disk only');
    await expect(page.getByTestId('metric-statistics').first()).toContainText(/min 0.0 %.*max 29.0 %/);

    await expect(page.getByTestId('metric-chart').first()).toHaveAttribute('aria-label', /1 gap without a sample$/);
    expect(await findingsInEveryTheme(again)).toEqual([]);

    // Eight hours in a few hundred points: the least and the greatest are still there (21).
    await pressUntilFocused(page.getByTestId('metrics-window'), 'Tab');
    for (let step = 0; step < 3; step += 1) await keyboard.press('ArrowRight');
    await expect(page.getByRole('radio', { name: '8 h' })).toBeChecked();
    await expect(page.getByTestId('metric-statistics').first()).toContainText(/min 0.0 %.*max 29.0 %/);

    // None of these has been sent: each would be a new custom metric (32).
    await expect(page.getByTestId('metrics-cost')).toHaveText(/^4 custom metrics in CloudWatch.*\$1\.20.*all new/);

    // Sparklines, then the table (31, 34).
    await pressUntilFocused(again.page.getByTestId('metrics-view'), 'Shift+Tab');
    await keyboard.press('ArrowRight');
    await expect(page.getByTestId('metric-chart').first()).toHaveAttribute('data-look', 'sparkline');
    expect(await findingsInEveryTheme(again)).toEqual([]);

    // What is shown, as files (33).
    await again.electron.evaluate(({ dialog }, place) => {
      dialog.showSaveDialog = (...given: unknown[]) => {
        const { defaultPath } = given.at(-1) as { defaultPath: string };
        const name = defaultPath.endsWith('.csv') ? 'saved.csv' : 'saved.png';
        return Promise.resolve({ canceled: false, filePath: `${place}/${name}` });
      };
    }, folder);
    await save(again, 'save-csv');
    await expect(page.getByTestId('notice')).toContainText('240 lines saved.');
    const lines = (await readFile(path.join(folder, 'saved.csv'), 'utf8')).trimEnd().split('\r\n');
    expect(lines).toHaveLength(241);
    expect(lines[1]).toMatch(/^\d{4}-.*Z,test_metric_0,Percent,robot_id=tether_test_publisher,0,0,0,1$/);
    await save(again, 'save-png');
    await expect(page.getByTestId('notice').filter({ hasText: 'Picture saved.' })).toBeVisible();
    const picture = await readFile(path.join(folder, 'saved.png'));
    expect(picture.subarray(1, 4).toString()).toBe('PNG');
    expect(picture.readUInt32BE(16)).toBeGreaterThan(400);

    await pressUntilFocused(again.page.getByTestId('metrics-view'), 'Tab');
    await keyboard.press('ArrowRight');
    const row = page.getByTestId('metric-row').first();
    await expect(row).toContainText(/test_metric_0.*29\.0 %.*0\.0 %.*14\.5 %.*29\.0 %.*60.*on disk only.*Percent/);
    expect(await findingsInEveryTheme(again)).toEqual([]);
    await again.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** Opens the menu of the chart that has the focus, and takes one of its entries by its words. */
async function menuOfChart(app: TetherApp, key: string, words: RegExp): Promise<void> {
  await app.page.keyboard.press(key);
  await takeFromOpenMenu(app.page.getByRole('menuitem', { name: words }));
}

async function findingsInEveryTheme({ page }: TetherApp): Promise<string[]> {
  const findings: string[] = [];
  for (const theme of ['light', 'contrast', 'sunlight', 'dark']) {
    await page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme);
    findings.push(...(await graveFindings(page)).map((finding) => `${theme}: ${finding}`));
  }
  return findings;
}

async function save(app: TetherApp, item: 'save-csv' | 'save-png'): Promise<void> {
  const { keyboard } = app.page;
  await pressUntilFocused(app.page.getByTestId('metrics-save'), 'Tab');
  await keyboard.press('Enter');
  const chosen = app.page.getByTestId(item);
  await expect(chosen).toBeVisible();
  await pressUntilFocused(chosen, 'ArrowDown');
  await keyboard.press('Enter');
}

async function spanOf(app: TetherApp): Promise<number> {
  const range = app.page.getByTestId('metrics-range');
  return Number(await range.getAttribute('data-until')) - Number(await range.getAttribute('data-from'));
}
