import { expect, type Locator } from '@playwright/test';
import { test } from './bench/Bench.js';
import { chooseFromMenu } from './bench/chooseFromMenu.js';
import type { TetherApp } from './bench/TetherApp.js';

const perRun = 3000;
const ratePerS = 2000;
const wheelTurns = 90;

test('nothing that arrived is missing: live lines and those of an earlier run on disk are one list', async ({
  bench,
}) => {
  const { app: first, cloud } = await bench.launchWithLocalCloud();
  await cloud.link.cut();
  // It keeps all, so that DDS has to hand over each, however late this machine is.
  const early = bench.publish({ count: perRun, ratePerS, historyDepth: perRun, text: 'early {number} end' });
  await early.done(60_000);
  await first.expectReceived('logs', perRun, 30_000);
  await first.expectFigure('pending', perRun, 30_000);
  await early.kill();
  await first.close();

  const app = await bench.launch({ environment: { TETHER_LOCAL_CLOUDWATCH: cloud.link.url } });
  const late = bench.publish({ count: perRun, ratePerS, historyDepth: perRun, text: 'late {number} end' });
  await late.done(60_000);
  await app.expectReceived('logs', perRun, 30_000);

  const expected = ['early', 'late'].flatMap((run) =>
    Array.from({ length: perRun }, (_, number) => `${run} ${number} end`),
  );
  // By keyboard: to the oldest line on disk, then the whole list down again, page after page.
  const list = app.page.getByTestId('log-list');
  await list.focus();
  await app.page.keyboard.press('Home');
  await expect(list).toHaveAttribute('data-older', 'end', { timeout: 30_000 });
  await expect(list).toHaveAttribute('data-rows', String(expected.length));
  await expect(list.getByText('early 0 end')).toBeVisible();
  expect(await scrollThrough(app, expected.length)).toEqual(expected);

  // What is copied is what is shown: all of it.
  await app.page.keyboard.press('Control+a');
  await app.page.keyboard.press('Control+c');
  await expect(app.page.getByText(`${expected.length.toLocaleString('en-US')} lines copied`)).toBeVisible();
  const copied = await app.electron.evaluate(({ clipboard }) => clipboard.readText());
  expect(copied.trim().split('\n').map(messageOf)).toEqual(expected);
  await chooseFromMenu(app.page.getByTestId('copy-menu'), app.page.getByTestId('copy-shown-JSON'), 'Shift+Tab');
  await expect(app.page.getByText(`${expected.length.toLocaleString('en-US')} lines copied as JSON`)).toBeVisible();
  const exported = await app.electron.evaluate(({ clipboard }) => clipboard.readText());
  const messages = exported
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { message: string }).message);
  expect(messages).toEqual(expected);

  // By the wheel the browser scrolls by itself, and rows are drawn some at a time: none is missing then either.
  await list.focus();
  await app.page.keyboard.press('Home');
  const wheeled = await wheelThrough(app, list);
  expect(wheeled.length).toBeGreaterThan(1000);
  expect(wheeled).toEqual(expected.slice(0, wheeled.length));
  await app.close();
});

/** Every message that is in view on the way down from the first, turn by turn of the wheel. */
async function wheelThrough({ page }: TetherApp, list: Locator): Promise<string[]> {
  const box = await list.boundingBox();
  if (box === null) throw new Error('the list is not to be seen');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const seen = new Map<number, string>();
  const inViewMin = (await list.evaluate(rowsInView)).length - 1;
  for (let turn = 0; turn < wheelTurns; turn += 1) {
    // What the browser has scrolled to is drawn a moment later.
    await expect.poll(async () => (await list.evaluate(rowsInView)).length).toBeGreaterThanOrEqual(inViewMin);
    for (const [index, message] of await list.evaluate(rowsInView)) seen.set(index, message);
    const before = await list.evaluate((element) => element.scrollTop);
    await page.mouse.wheel(0, box.height * 0.6);
    await expect.poll(() => list.evaluate((element) => element.scrollTop)).toBeGreaterThan(before + box.height * 0.5);
  }
  return [...seen].sort(([left], [right]) => left - right).map(([, message]) => message);
}

/** Runs in the page: rows whose whole height is within the list, by their place. */
function rowsInView(list: Element): [number, string][] {
  const { top, bottom } = list.getBoundingClientRect();
  return [...list.querySelectorAll('[data-testid="log-row"]')]
    .filter((row) => row.getBoundingClientRect().top >= top - 1 && row.getBoundingClientRect().bottom <= bottom + 1)
    .map((row) => [Number(row.getAttribute('aria-rowindex')), row.querySelector('.log-message')?.textContent ?? '']);
}

/** Every message that the list shows on the way from its first row to its last, in their order. */
async function scrollThrough(app: TetherApp, rows: number): Promise<string[]> {
  const seen = new Map<number, string>();
  const chosen = async (): Promise<number> =>
    Number(await app.rows.and(app.page.locator('[aria-selected="true"]')).getAttribute('aria-rowindex'));
  for (let pages = 0; seen.size < rows && pages < rows; pages += 1) {
    const shown = await app.rows.evaluateAll((elements) =>
      elements.map((element): [number, string] => [
        Number(element.getAttribute('aria-rowindex')),
        element.querySelector('.log-message')?.textContent ?? '',
      ]),
    );
    for (const [index, message] of shown) seen.set(index, message);
    if (seen.size >= rows) break;
    const before = await chosen();
    await app.page.keyboard.press('PageDown');
    // The page below is drawn a moment later.
    await expect.poll(chosen).toBeGreaterThan(before);
  }
  return [...seen].sort(([left], [right]) => left - right).map(([, message]) => message);
}

function messageOf(line: string): string {
  return /(?:early|late) \d+ end/u.exec(line)?.[0] ?? line;
}
