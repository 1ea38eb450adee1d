import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { test } from './bench/Bench.js';

const line = (page: Page, words: string) => page.getByTestId('config-editor').locator('.cm-line', { hasText: words });

/** As a person does: a click into the line, and all of it typed anew. */
async function typeLine(page: Page, words: string, typed: string): Promise<void> {
  await line(page, words).click();
  await page.keyboard.press('End');
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+End');
  await page.keyboard.type(typed);
}

/** When it was applied, milliseconds since the epoch. */
async function apply(page: Page): Promise<number> {
  await page.getByTestId('config-save').click();
  const button = page.getByTestId('config-apply');
  await expect(button).toBeEnabled();
  const appliedMs = Date.now();
  await button.click();
  await expect(page.getByTestId('config-apply')).toHaveCount(0);
  return appliedMs;
}

/** An applied change is obeyed within a moment (`npm run bench -- config` measures it): long before the period is over. */
const publishPeriodS = 15;
const obeyedMsMax = (publishPeriodS * 1_000) / 2;

test('a robot file: form to text, text to form, an error, applied and obeyed, rolled back', async ({ bench }) => {
  test.setTimeout(240_000);
  const { app, cloud } = await bench.launchWithLocalCloud();
  const { page } = app;
  // Its lines end as on another system: what is typed must end alike.
  const before = (await readFile(bench.robotFile, 'utf8'))
    .replace('publish_frequency: 1.0', `publish_frequency: ${publishPeriodS}.0`)
    .replaceAll('\n', '\r\n');
  await bench.writeRobotText(before);
  await app.open('config');
  const group = page.getByTestId('field-cloudwatch_logger.log_group_name');
  const stream = page.getByTestId('field-cloudwatch_logger.log_stream_name');
  await expect(group).toHaveValue(bench.group);

  // The list of choices is open when the text is clicked: what is typed then belongs to the text.
  await group.fill('second-group');
  await expect(group).toHaveAttribute('aria-expanded', 'true');
  await expect(line(page, 'log_group_name: "second-group"')).toHaveCount(1);
  await typeLine(page, 'log_stream_name', 'log_stream_name: second-stream');
  await expect(stream).toHaveValue('second-stream');
  await expect(group).toHaveValue('second-group');

  await typeLine(page, 'min_log_verbosity', 'min_log_verbosity: LOUD');
  const issue = page.getByTestId('config-issue');
  await expect(issue).toContainText('10:');
  await expect(page.getByTestId('config-save')).toBeDisabled();
  expect(await readFile(bench.robotFile, 'utf8')).toBe(before);
  await typeLine(page, 'min_log_verbosity', 'min_log_verbosity: "DEBUG"\n# typed');
  await expect(issue).toHaveCount(0);

  // It talks all the time, of nothing urgent: what comes after Apply must go where the file says now.
  const talking = bench.publish({ count: 400, ratePerS: 20, level: 20 });
  await expect.poll(() => cloud.firstArrivalMs(bench.group, bench.stream), { timeout: 30_000 }).not.toBeNull();
  const appliedMs = await apply(page);
  await expect.poll(() => cloud.firstArrivalMs('second-group', 'second-stream'), { timeout: 30_000 }).not.toBeNull();
  const obeyedMs = (cloud.firstArrivalMs('second-group', 'second-stream') ?? Infinity) - appliedMs;
  test.info().annotations.push({ type: 'apply to obey', description: `${Math.round(obeyedMs)} ms` });
  expect(obeyedMs).toBeLessThan(obeyedMsMax);
  const wanted = before
    .replace(`"${bench.group}"`, '"second-group"')
    .replace(`"${bench.stream}"`, 'second-stream')
    .replace('"DEBUG"', '"DEBUG"\r\n    # typed');
  await expect.poll(() => readFile(bench.robotFile, 'utf8')).toBe(wanted);
  await talking.done(60_000);
  const goals = async () => new Set((await cloud.reader.logEvents()).map((event) => `${event.group}/${event.stream}`));

  await page.getByTestId('config-history').click();
  await page.getByTestId('config-rollback').click();
  await expect.poll(() => readFile(bench.robotFile, 'utf8')).toBe(before);
  await expect(group).toHaveValue(bench.group);
  const arrived = async () => (await cloud.reader.logEvents()).filter((event) => event.group === bench.group).length;
  const arrivedBefore = await arrived();
  const again = bench.publish({ count: 20, ratePerS: 20 });
  await again.done(30_000);
  await expect.poll(arrived).toBeGreaterThan(arrivedBefore);
  await expect
    .poll(goals, { timeout: 30_000 })
    .toEqual(new Set(['second-group/second-stream', `${bench.group}/${bench.stream}`]));
  await app.close();
});
