import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Locator } from '@playwright/test';
import { test } from './bench/Bench.js';
import { graveFindings } from './bench/graveFindings.js';
import { robotFileText } from './bench/robotFileText.js';
import type { TetherApp } from './bench/TetherApp.js';

/** The cache desk in the real window: look inside during an outage, change what waits, and send exactly what is chosen. */
const logs = 50;
/** The publisher takes the five severities in turn. */
const perSeverity = logs / 5;

test('an outage: inspect, hold, redact, delete and undo, then send only the errors', async ({ bench }) => {
  const { app, cloud } = await bench.launchWithLocalCloud();
  const { page } = app;
  const byId = (id: string): Locator => page.getByTestId(id);
  await app.open('cache');
  await byId('upload-mode').getByText('Only when I flush').click();
  await cloud.link.cut();
  const publisher = bench.publish({ count: logs, ratePerS: 100, metrics: 2, metricLists: 5 });
  await publisher.done(30_000);
  await app.expectFigure('pending', logs + 10, 30_000);

  // Inspection: a text finds one record, and it opens to what is sent.
  await byId('cache-text').fill('"message 23 of" -node:/nobody/**');
  await expect(byId('cached-row')).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(byId('send')).toContainText('message 23 of the test');
  await expect(byId('record-pane')).toContainText(`${bench.group} / ${bench.stream}`);
  await byId('cache-text').fill('/MESSAGE (1|2)[0-9] of/');
  await expect(byId('fitting')).toHaveAttribute('data-value', '20');
  await expect(byId('cached-row')).toHaveCount(20);
  await byId('cache-text').fill('/(/');
  await expect(byId('filter-problem')).toContainText('(');
  await byId('cache-filter-clear').click();
  await expect(byId('timeline')).toBeVisible();
  await byId('timeline').focus();
  await page.keyboard.press('ArrowLeft');
  await expect(byId('chip-range')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(byId('chip-range')).toBeHidden();

  // Held: it stays whatever is flushed.
  await byId('chip-DEBUG').dblclick();
  await expect(byId('fitting')).toHaveAttribute('data-value', String(perSeverity));
  await byId('selection-hold').click();
  await expect(page.locator('[data-testid=waiting-row][data-state=held]')).toBeVisible();
  await expect(byId('cached-row').first()).toHaveAttribute('data-state', 'held');

  // Redacted: seen before it is made.
  await byId('cache-filter-clear').click();
  await byId('selection-redact').click();
  await byId('redact-find').fill('of the (test)');
  await byId('redact-replace').fill('of a secret ($1)');
  await expect(byId('redact-preview')).toHaveAttribute('data-value', String(logs));
  await expect(byId('redact-preview')).toContainText('of a secret (test)');
  await byId('redact-confirm').click();
  await expect(byId('open-edit')).toContainText(`${logs} records redacted`);
  await expect(byId('cached-row').filter({ hasText: 'secret' }).first()).toBeVisible();

  // Deleted by mistake, and back.
  await byId('chip-WARN').dblclick();
  await expect(byId('fitting')).toHaveAttribute('data-value', String(perSeverity));
  await byId('selection-delete').click();
  await expect(byId('delete-keep')).toBeFocused();
  await byId('delete-confirm').click();
  await expect(byId('notice-undo').last()).toBeVisible();
  await app.expectFigure('pending', logs + 10 - 2 * perSeverity, 30_000);
  await byId('record-list').focus();
  await page.keyboard.press('Control+z');
  await app.expectFigure('pending', logs + 10 - perSeverity, 30_000);

  // Only the errors go, as they were redacted.
  await byId('chip-ERROR').dblclick();
  await byId('chip-FATAL').click();
  await expect(byId('flush-plan')).toContainText(`Flush ${2 * perSeverity} chosen records`);
  await expect(byId('flush-plan')).toContainText('new from here');
  expect(await graveFindings(page)).toEqual([]);
  // Wanted while there is no link, and paused: a page that is loaded anew finds it as it was, and it goes on with its filter.
  await byId('flush-confirm-desk').click();
  await byId('flush-pause').click();
  await expect(byId('flush-paused')).toBeVisible();
  await page.reload();
  await expect(byId('flush-paused-filter')).toContainText('ERROR, FATAL');
  await cloud.link.restore();
  await byId('flush-resume').click();
  await app.expectFigure('pending', logs + 10 - 3 * perSeverity, 30_000);
  const messages = (await cloud.reader.logEvents()).map(({ message }) => message);
  expect(messages).toHaveLength(2 * perSeverity);
  for (const message of messages) expect(message).toMatch(/(ERROR|FATAL).*of a secret \(test\)/s);
  expect(await cloud.reader.countMetricSamples()).toBe(0);
  await expect(byId('upload-history')).toContainText(`${2 * perSeverity} log events`);
  // The CloudWatch of this laptop has no console: said, not hidden.
  const open = byId('upload-history').getByTestId('open-console').first();
  await expect(open).toHaveAttribute('aria-disabled', 'true');
  await expect(open).toHaveAccessibleName(/Tether's own CloudWatch on this laptop, which has no console/);
  expect(await bench.onDisk()).toMatchObject({ heldRecords: perSeverity, lost: {} });
  await app.close();
});

test('what was refused is read, mended at its cause, and sent by a retry', async ({ bench }) => {
  const place = { domainId: bench.domainId, cloud: 'local', group: bench.group } as const;
  const text = robotFileText({ ...place, stream: bench.stream, namespace: bench.namespace });
  const withDimensions = (words: string): string => `${text}    aws_default_metric_dimensions: "${words}"\n`;
  // As many as a file may name; with the message's own one more than CloudWatch takes.
  const thirty = Array.from({ length: 30 }, (_, index) => `d${index}:x`).join(';');
  const cloud = await bench.localCloud();
  await bench.writeRobotText(withDimensions(thirty));
  const app = await bench.launch({ environment: { TETHER_LOCAL_CLOUDWATCH: cloud.link.url } });
  const publisher = bench.publish({ count: 5, ratePerS: 50, metrics: 2, metricLists: 3 });
  await publisher.done(30_000);
  await app.open('cache');
  const refused = app.page.locator('[data-testid=waiting-row][data-state=quarantined]');
  await expect(refused).toContainText('6', { timeout: 30_000 });
  await refused.getByTestId('open-refused').click();
  const drawer = app.page.getByTestId('quarantine');
  await expect(drawer.getByTestId('quarantine-reason')).toContainText('31 dimensions');
  await expect(drawer.getByTestId('quarantine-reason')).toHaveCount(1);
  await expect(drawer.getByTestId('quarantine-row')).toHaveCount(6);
  const row = drawer.getByTestId('quarantine-row').first();
  await row.click();
  await expect(drawer.getByTestId('record-pane')).toContainText('31 dimensions');
  expect(await graveFindings(app.page)).toEqual([]);
  await app.expectFigure('lost', 0, 30_000);

  await bench.writeRobotText(withDimensions('Site:North'));
  // The file is in force when the record would be sent otherwise.
  await expect(async () => {
    await row.click();
    await row.click();
    await expect(drawer.getByTestId('record-pane')).toContainText('Site: North', { timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
  await drawer.getByTestId('quarantine-retry').click();
  await expect(app.page.getByTestId('quarantine-empty')).toBeVisible({ timeout: 30_000 });
  await app.page.keyboard.press('Escape');
  await expect(refused).toBeHidden({ timeout: 30_000 });
  await app.expectFigure('pending', 0, 30_000);
  expect(await cloud.reader.countMetricSamples()).toBe(6);
  expect(await bench.onDisk()).toMatchObject({ quarantinedRecords: 0, cachedRecords: 0 });
  await app.close();
});

test('what a wrong clock stamped weeks ago is moved to its time, and goes', async ({ bench }) => {
  const { app, cloud } = await bench.launchWithLocalCloud();
  const byId = (id: string): Locator => app.page.getByTestId(id);
  const publisher = bench.publish({ count: 10, ratePerS: 50, clockOffsetS: -20 * 86_400 });
  await publisher.done(30_000);
  await app.open('cache');
  const expired = app.page.locator('[data-testid=waiting-row][data-state=expired]');
  await expect(expired.first()).toBeVisible({ timeout: 30_000 });
  expect(await cloud.reader.countLogs()).toBe(0);
  await expired.first().getByTestId('retime-expired').click();
  await expect(byId('retime-answer')).toContainText('older than 14 days');
  await expect(byId('retime-amount')).toBeFocused();
  await byId('retime-now').click();
  await expect(byId('retime-answer')).toContainText('CloudWatch takes these times');
  await byId('retime-confirm').click();
  await expect(byId('open-edit')).toContainText('moved in time');
  await expect.poll(() => cloud.reader.countLogs(), { timeout: 30_000 }).toBe(perLevel);
  const [event] = await cloud.reader.logEvents();
  expect(Math.abs((event?.timestamp ?? 0) - Date.now())).toBeLessThan(300_000);
  await app.close();
});

/** The publisher takes the five levels in turn. */
const perLevel = 2;

test('export and import through the system’s dialogs, which remember; a file that is there is asked about', async ({
  bench,
}) => {
  const { app, cloud } = await bench.launchWithLocalCloud();
  const byId = (id: string): Locator => app.page.getByTestId(id);
  await cloud.link.cut();
  const publisher = bench.publish({ count: 25, ratePerS: 100 });
  await publisher.done(30_000);
  await app.expectFigure('pending', 25, 30_000);
  await app.open('cache');

  const file = path.join(bench.home, 'chosen.jsonl');
  const asked = await dialogsOf(app, { file, folder: bench.home });
  await byId('selection-export').click();
  await byId('export-format').getByText('JSON lines').click();
  await byId('export-choose').click();
  await expect(byId('export-confirm')).toBeHidden({ timeout: 30_000 });
  expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(25);
  expect((await asked()).save).toEqual([expect.stringMatching(/rover\.jsonl$/)]);

  // A typed path that is there already.
  await byId('selection-export').click();
  await byId('export-format').getByText('JSON lines').click();
  await writeFile(file, 'something else');
  await byId('export-file').fill(file);
  await app.page.keyboard.press('Enter');
  await expect(byId('export-is-there')).toContainText('is there already');
  expect(await readFile(file, 'utf8')).toBe('something else');
  await byId('export-replace').click();
  await expect(byId('export-confirm')).toBeHidden({ timeout: 30_000 });
  expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(25);

  // The next dialog begins where the last one ended.
  await byId('selection-export').click();
  await byId('export-choose').click();
  await expect(byId('export-confirm')).toBeHidden({ timeout: 30_000 });
  expect((await asked()).save.at(-1)).toBe(path.join(bench.home, 'rover.mcap'));

  await byId('selection-more').click();
  await byId('selection-import').click();
  await byId('import-choose').click();
  await expect(byId('import-folder')).toHaveValue(bench.home);
  await app.close();
});

/** What the system's dialogs would answer, and what they were opened with. */
async function dialogsOf(
  { electron }: TetherApp,
  answers: { readonly file: string; readonly folder: string },
): Promise<() => Promise<{ readonly save: string[]; readonly open: string[] }>> {
  await electron.evaluate(({ dialog }, { file, folder }) => {
    const asked = { save: [] as string[], open: [] as string[] };
    Object.assign(globalThis, { askedDialogs: asked });
    dialog.showSaveDialog = ((_window: unknown, options: { defaultPath?: string }) => {
      asked.save.push(options.defaultPath ?? '');
      return Promise.resolve({ canceled: false, filePath: file });
    }) as unknown as typeof dialog.showSaveDialog;
    dialog.showOpenDialog = ((_window: unknown, options: { defaultPath?: string }) => {
      asked.open.push(options.defaultPath ?? '');
      return Promise.resolve({ canceled: false, filePaths: [folder] });
    }) as unknown as typeof dialog.showOpenDialog;
  }, answers);
  return () =>
    electron.evaluate(
      () => (globalThis as unknown as { askedDialogs: { save: string[]; open: string[] } }).askedDialogs,
    );
}
