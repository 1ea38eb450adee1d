import { expect, type Locator } from '@playwright/test';
import { test } from './bench/Bench.js';
import { pressUntilFocused } from './bench/pressUntilFocused.js';
import type { TetherApp } from './bench/TetherApp.js';

/** Each thing that the log desk can do, by keyboard alone. */
const numbered = 100;
const repeated = 30;
/** The bookmark that was taken back is still in the list, as gone; the note is on disk. */
const notes = 2;

test('the log desk is worked by keyboard alone', async ({ bench }) => {
  const { app, cloud } = await bench.launchWithLocalCloud();
  await cloud.link.cut();
  await bench.publish({ count: numbered, ratePerS: 100 }).done(40_000);
  await bench.publish({ count: repeated, ratePerS: 100, level: 20, text: 'Scan 10.0 Hz' }).done(40_000);
  await app.expectReceived('logs', numbered + repeated, 30_000);
  const list = app.page.getByTestId('log-list');
  await expect(list).toHaveAttribute('data-older', 'end');

  await test.step('filters: expression, field, exclusion, a name for them', () => filters(app, list));
  await test.step('lines closer together', () => closerTogether(app, list));
  await test.step('repeats, time, errors', () => repeatsAndTime(app, list));
  await test.step('context, bookmark, note', () => contextAndNotes(app, list));
  await test.step('nodes: solo and mute', () => nodes(app, list));
  await test.step('a range of time in the histogram', () => range(app, list));
  await test.step('choosing and copying', () => copying(app, list));
  await app.close();
});

async function filters(app: TetherApp, list: Locator): Promise<void> {
  const { keyboard } = app.page;
  await list.focus();
  await keyboard.press('/');
  await keyboard.type('/message [0-9] OF/');
  await expect(list).toHaveAttribute('data-rows', '10');
  await expect(app.page.getByTestId('hidden-count')).toHaveAttribute('data-value', String(numbered + repeated - 10));
  await expect(list.locator('mark').first()).toHaveText(/message \d of/u);
  await keyboard.press('Enter');
  await keyboard.type('-"message 3" ');
  await expect(list).toHaveAttribute('data-rows', '9');
  await keyboard.type('text:/a(/');
  await expect(app.page.getByTestId('filter-problem')).toContainText('missing closing )');
  await keyboard.press('Escape');
  await keyboard.type('-"message 3"');
  await keyboard.press('Enter');
  await expect(app.page.getByTestId('filter-chip')).toHaveCount(2);

  // The next stop after the box keeps the filter under a name.
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await expect(app.page.getByTestId('saved-filter-name')).toBeVisible();
  await pressUntilFocused(app.page.getByTestId('saved-filter-name'), 'Tab');
  await keyboard.type('single digits');
  await keyboard.press('Enter');
  await expect(app.page.getByText('Saved as “single digits”.')).toBeVisible();
  await app.command('clear the filter');
  await expect(list).toHaveAttribute('data-rows', String(numbered + repeated));
  await app.command('single digits');
  await expect(list).toHaveAttribute('data-rows', '9');
  await app.command('clear the filter');
}

async function closerTogether(app: TetherApp, list: Locator): Promise<void> {
  const heightOf = async (): Promise<number> => (await app.rows.last().boundingBox())?.height ?? NaN;
  await list.focus();
  const before = await heightOf();
  await app.page.keyboard.press('d');
  await expect.poll(heightOf).toBeLessThan(before * 0.8);
  await expect(app.rows.last()).toBeInViewport();
  await app.page.keyboard.press('d');
  await expect.poll(heightOf).toBe(before);
}

async function repeatsAndTime(app: TetherApp, list: Locator): Promise<void> {
  const { keyboard } = app.page;
  await list.focus();
  await keyboard.press('r');
  await expect(list).toHaveAttribute('data-rows', String(numbered + 1));
  await expect(app.rows.last()).toHaveAttribute('data-repeats', String(repeated));
  await keyboard.press('r');
  await expect(list).toHaveAttribute('data-rows', String(numbered + repeated));

  const time = app.page.getByTestId('time-base');
  await keyboard.press('E');
  await expect(selected(list)).toHaveAttribute('data-severity', /ERROR|FATAL/u);
  const before = await selected(list).getAttribute('aria-rowindex');
  await keyboard.press('E');
  await expect(selected(list)).not.toHaveAttribute('aria-rowindex', before ?? '');
  await keyboard.press('e');
  await expect(selected(list)).toHaveAttribute('aria-rowindex', before ?? '');
  await keyboard.press('z');
  await expect(time).toHaveAttribute('data-value', 'elapsed');
  await expect(selected(list).locator('.log-time')).toHaveText('+0.000 s');
  await keyboard.press('t');
  await expect(time).toHaveAttribute('data-value', 'robot');
  await keyboard.press('t');
  await expect(time).toHaveAttribute('data-value', 'laptop');
  await keyboard.press('u');
  await expect(time).toHaveAttribute('data-zone', 'utc');
}

async function contextAndNotes(app: TetherApp, list: Locator): Promise<void> {
  const { keyboard } = app.page;
  await list.focus();
  await keyboard.press('/');
  await keyboard.type('"message 42 of"');
  await expect(list).toHaveAttribute('data-rows', '1');
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowDown');
  await keyboard.press('c');
  await expect(list).toHaveAttribute('data-rows', String(numbered + repeated));
  await expect(selected(list)).toContainText('message 42 of the test');
  await expect(selected(list)).toBeInViewport();
  await expect(list.getByText('message 41 of the test')).toBeInViewport();
  await keyboard.press('c');
  await expect(list).toHaveAttribute('data-rows', '1');

  await keyboard.press('b');
  await expect(app.page.getByTestId('log-note')).toHaveText('Bookmark');
  await expect(selected(list).locator('.log-noted')).toBeVisible();
  await keyboard.press('b');
  await expect(app.page.getByTestId('log-note')).toHaveCount(0);
  await pressUntilFocused(app.page.getByTestId('note-text'), 'Tab');
  await keyboard.type('the kerb');
  await keyboard.press('Enter');
  await expect(app.page.getByTestId('log-note')).toHaveText('the kerb');
  await app.command('clear the filter');
  // The note is a record of its own: on disk, pending, to be sent with the others.
  await app.expectFigure('pending', numbered + repeated + 1, 30_000);
  await list.focus();
  await keyboard.press('End');
  await expect(list.getByText('the kerb')).toBeVisible();
}

async function nodes(app: TetherApp, list: Locator): Promise<void> {
  const { keyboard } = app.page;
  await list.focus();
  await keyboard.press('n');
  const tree = app.page.getByRole('tree');
  await expect(tree.getByRole('treeitem')).toHaveCount(3);
  await pressUntilFocused(tree, 'Shift+Tab');
  await keyboard.press('End');
  await expect(tree.getByRole('treeitem', { selected: true })).toHaveAttribute('data-path', '/tether_test_publisher');
  await keyboard.press('m');
  await expect(list).toHaveAttribute('data-rows', String(notes));
  await keyboard.press('s');
  await expect(list).toHaveAttribute('data-rows', String(numbered + repeated));
  await expect(app.page.getByTestId('filter-chip')).toHaveText('node:/tether_test_publisher/**');
  await keyboard.press('s');
  await expect(list).toHaveAttribute('data-rows', String(numbered + repeated + notes));
  await keyboard.press('Escape');
  await expect(list).toBeFocused();
}

async function range(app: TetherApp, list: Locator): Promise<void> {
  const { keyboard } = app.page;
  const histogram = app.page.getByTestId('log-histogram');
  await pressUntilFocused(histogram, 'Shift+Tab');
  await keyboard.press('ArrowLeft');
  await keyboard.press('Shift+ArrowLeft');
  await keyboard.press('Enter');
  await expect(app.page.getByTestId('range-chip')).toBeVisible();
  await expect.poll(async () => Number(await list.getAttribute('data-rows'))).toBeLessThan(numbered + repeated);
  await keyboard.press('Escape');
  await expect(app.page.getByTestId('range-chip')).toHaveCount(0);
  await expect(list).toHaveAttribute('data-rows', String(numbered + repeated + notes));

  // All hours on disk; this one is the newest of them.
  await keyboard.press('-');
  await expect(histogram).toHaveAttribute('data-wide', '');
  await keyboard.press('ArrowLeft');
  await expect(histogram).toHaveAttribute('aria-valuetext', /lines in 1 h.*on disk, whatever the filter/u);
  await keyboard.press('Enter');
  await expect(app.page.getByTestId('range-chip')).toBeVisible();
  await keyboard.press('Escape');
  await keyboard.press('+');
  await expect(histogram).not.toHaveAttribute('data-wide', '');
}

async function copying(app: TetherApp, list: Locator): Promise<void> {
  const { keyboard } = app.page;
  await list.focus();
  await keyboard.press('Home');
  await expect(selected(list)).toContainText('message 0 of the test');
  await keyboard.press('Shift+ArrowDown');
  await keyboard.press('Shift+ArrowDown');
  await keyboard.press('Control+c');
  await expect(app.page.getByText('3 lines copied as text.')).toBeVisible();
  const copied = await app.electron.evaluate(({ clipboard }) => clipboard.readText());
  expect(
    copied
      .trim()
      .split('\n')
      .map((line) => /message \d+/u.exec(line)?.[0]),
  ).toEqual(['message 0', 'message 1', 'message 2']);
}

function selected(list: Locator): Locator {
  return list.locator('[aria-selected="true"]');
}
