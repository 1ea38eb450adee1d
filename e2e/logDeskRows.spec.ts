import { expect, type Locator } from '@playwright/test';
import { robotHosts } from './bench/appProcesses.js';
import { test } from './bench/Bench.js';
import { chooseFromMenu } from './bench/chooseFromMenu.js';
import { pressUntilFocused } from './bench/pressUntilFocused.js';
import type { TetherApp } from './bench/TetherApp.js';

/** What a line says of itself, of its node and of what is missing, by keyboard alone; docs/desks-tests.md says which feature is where. */
const early = 40;
const json = '{"goal":[1.5,2],"frame":"map"}';

test('a line says where it is, what it is and where it comes from, and is copied in each form', async ({ bench }) => {
  await bench.writeRobot('local');
  const cloud = await bench.localCloud();
  await cloud.link.cut();
  // Said before anybody listened, and kept by its publisher for those who come later.
  await bench.publish({ count: early, ratePerS: 200, text: 'early {number} end', early: true }).done(40_000);
  const app = await bench.launch({ environment: { TETHER_LOCAL_CLOUDWATCH: cloud.link.url } });
  await app.expectReceived('logs', early, 30_000);
  await bench
    .publish({ count: 1, ratePerS: 10, level: 30, text: `first line\nplan ${json}`, node: 'navigator' })
    .done(40_000);
  await app.expectReceived('logs', early + 1, 30_000);
  const list = app.page.getByTestId('log-list');
  await expect(list).toHaveAttribute('data-rows', String(early + 1));

  await test.step('late-join replay is called so (14)', async () => {
    await filterBy(app, 'early');
    await expect(list).toHaveAttribute('data-rows', String(early));
    await expect(list.locator('.log-replayed').first()).toHaveText('replayed');
    await expect(chosen(list)).toHaveAttribute('aria-label', /, replayed$/u);
    await expect(app.page.getByTestId('log-detail')).toContainText('from before Tether came');
  });
  await test.step('each line says that it waits on disk, then that CloudWatch has it (20)', async () => {
    await expect(chosen(list)).toHaveAttribute('data-state', 'cached');
    await expect(chosen(list)).toHaveAttribute('aria-label', /on disk, pending/u);
  });
  await test.step('the whole message, its JSON laid out, and where in the code it was said (16)', async () => {
    await filterBy(app, 'node:navigator');
    await expect(list).toHaveAttribute('data-rows', '1');
    const detail = app.page.getByTestId('log-detail');
    await expect(detail.getByTestId('detail-message')).toContainText('first line');
    await expect(detail.getByTestId('detail-json')).toContainText('"frame": "map"');
    await expect(detail).toContainText('rosout_publisher.py:0');
    await expect(detail).toContainText('send_logs');
    await expect(detail).toContainText('/rosout');
  });
  await test.step('copied as text, as JSON, as Markdown (18)', () => copying(app, list));
  await test.step('severities by themselves, with their counts (2)', () => severities(app, list));
  await test.step('what is marked stands out, each node in its colour (9)', async () => {
    await filterBy(app, 'mark:plan mark:early');
    await expect(list).toHaveAttribute('data-rows', String(early + 1));
    await app.page.keyboard.press('End');
    await expect(list.locator('mark.mark-2').first()).toHaveText('early');
    await expect(list.locator('mark.mark-1').first()).toHaveText('plan');
    const colours = await list
      .locator('.log-node')
      .evaluateAll((nodes) => nodes.map((node) => getComputedStyle(node).getPropertyValue('--node')));
    expect(new Set(colours).size).toBe(2);
  });
  await test.step('and then that CloudWatch has it (20)', async () => {
    await cloud.link.restore();
    await expect(list.locator('[data-state="sent"]').first()).toBeVisible({ timeout: 30_000 });
    await app.expectFigure('pending', 0, 30_000);
    await expect(list.locator('[data-testid="log-row"]:not([data-state="sent"])')).toHaveCount(0);
  });
  await app.close();
});

test('nodes are a tree, rules hold for those to come, and a line sets the level of its node or says why not', async ({
  bench,
}) => {
  const { app } = await bench.launchWithLocalCloud();
  const list = app.page.getByTestId('log-list');
  const serving = bench.publish({ count: 0, ratePerS: 5, level: 20, node: 'serving', loggerService: true });
  await bench.publish({ count: 20, ratePerS: 100, level: 40, node: 'left', logger: 'arm.left' }).done(40_000);
  await app.expectReceived('logs', 21, 30_000);

  await test.step('a tree with rates and errors, worked by arrows (5)', async () => {
    await list.focus();
    await app.page.keyboard.press('n');
    const tree = app.page.getByRole('tree');
    await expect(tree.getByRole('treeitem')).toHaveCount(3);
    await pressUntilFocused(tree, 'Shift+Tab');
    await app.page.keyboard.press('Home');
    const arm = tree.getByRole('treeitem', { selected: true });
    await expect(arm).toHaveAttribute('data-path', '/arm');
    await expect(arm).toHaveAttribute('aria-label', /\/arm, .*20 lines, 20 errors/u);
    await expect(tree.locator('[data-path="/serving"]')).toHaveAttribute('aria-label', /[1-9][\d.]*\/s/u);
    await app.page.keyboard.press('ArrowLeft');
    await expect(tree.getByRole('treeitem')).toHaveCount(2);
    await app.page.keyboard.press('ArrowRight');
    await expect(tree.getByRole('treeitem')).toHaveCount(3);
    await app.page.keyboard.press('m');
    await expect(tree.locator('[data-path="/arm"]')).toHaveAttribute('data-rule', 'muted');
  });
  await test.step('the rule holds for a node that speaks for the first time now (5)', async () => {
    await bench.publish({ count: 15, ratePerS: 100, node: 'right', logger: 'arm.right' }).done(40_000);
    await expect(app.page.locator('[data-path="/arm/right"]')).toHaveAttribute('aria-label', /15 lines/u);
    await expect(app.page.getByTestId('hidden-count')).toHaveAttribute('data-value', '35');
    await expect(list.getByText('arm.right')).toHaveCount(0);
    await app.page.keyboard.press('Escape');
  });
  await test.step('the level of a node, from one of its lines (6)', async () => {
    await setLevel(app, 'node:serving', 'WARN');
    await expect(app.page.getByText('serving says WARN and above from now on.')).toBeVisible();
    await serving.levelIs(30, 30_000);
  });
  await test.step('and why another cannot be set (7)', async () => {
    await bench.publish({ count: 5, ratePerS: 50, node: 'silent' }).done(40_000);
    await setLevel(app, 'node:silent', 'WARN');
    const notice = app.page.getByTestId('notice').filter({ hasText: 'does not let its level be set' });
    await expect(notice).toContainText('enable_logger_service');
  });
  await app.close();
});

test('what was lost stands in its place, a wrong clock is told, and a refused line says so', async ({ bench }) => {
  const { app: first, cloud } = await bench.launchWithLocalCloud();
  await cloud.makeGroup(bench.group, 1);
  await cloud.link.cut();
  // It keeps what it says in a second, which a busy machine may take to hear it, and says more while nobody listens.
  const steady = bench.publish({
    ...{ count: 0, ratePerS: 100, historyDepth: 100, node: 'steady' },
    ...{ pauseAfter: 60, burst: 400 },
  });
  await first.expectReceived('logs', 60, 30_000);
  for (const { pid } of robotHosts(bench.home)) process.kill(pid, 'SIGKILL');
  await steady.goOn();
  await expect.poll(() => first.figure('lost'), { timeout: 30_000 }).toBeGreaterThan(0);
  const heard = await first.received('logs');
  await first.expectReceived('logs', heard + 50, 30_000);
  await steady.stop();
  const lost = await first.figure('lost');

  await test.step('a loss is a row of the list, with how many and where (13)', () => expectGap(first, lost));
  await first.close();
  const app = await bench.launch({ environment: { TETHER_LOCAL_CLOUDWATCH: cloud.link.url } });
  await test.step('and it is in its place again after a restart (13)', () => expectGap(app, lost));
  await cloud.link.restore();
  const list = app.page.getByTestId('log-list');
  await test.step('a clock that is five days behind (15), and a line that CloudWatch does not take (20)', async () => {
    await bench.publish({ count: 250, ratePerS: 250, node: 'dreamer', clockOffsetS: -5 * 86_400 }).done(40_000);
    await expect(app.page.getByTestId('skew-badge')).toHaveText(/robot clock 5 d.* behind/u, { timeout: 30_000 });
    await filterBy(app, 'node:dreamer');
    // No filter hides the loss, which is the first of the rows.
    await app.page.keyboard.press('End');
    await app.page.keyboard.press('ArrowUp');
    await expect(chosen(list)).toHaveAttribute('data-state', 'refused', { timeout: 30_000 });
    await expect(chosen(list)).toHaveAttribute('aria-label', /refused by CloudWatch/u);
  });
  await app.close();
});

/** No filter hides a loss; what stands around it comes with C. */
async function expectGap(app: TetherApp, lost: number): Promise<void> {
  const list = app.page.getByTestId('log-list');
  const gap = app.page.getByTestId('log-gap');
  await expect(list).toHaveAttribute('data-older', 'end', { timeout: 30_000 });
  await filterBy(app, '"not said by anybody"');
  await expect(list).toHaveAttribute('data-rows', '1');
  await expect(gap).toContainText(`${lost} messages lost here`);
  await expect(gap).toHaveAttribute('aria-selected', 'true');
  await expect(app.page.getByTestId('log-detail')).toContainText('They reached this laptop, or were sent while');
  await app.page.keyboard.press('Control+c');
  expect(await app.electron.evaluate(({ clipboard }) => clipboard.readText())).toContain(`${lost} messages lost here`);
  await app.page.keyboard.press('c');
  await expect(app.page.getByTestId('context-note')).toBeVisible();
  await expect(gap).toBeInViewport();
  const [before, after] = await gap.evaluate((row) =>
    [row.previousElementSibling, row.nextElementSibling].map((beside) =>
      Number(/message (\d+) of/u.exec(beside?.textContent ?? '')?.[1]),
    ),
  );
  expect(before).toBeGreaterThan(0);
  expect((after ?? NaN) - (before ?? NaN)).toBe(lost + 1);
  await app.page.keyboard.press('c');
}

/** Puts a filter in the place of what is in force, and chooses the first line that passes. */
async function filterBy(app: TetherApp, expression: string): Promise<void> {
  const { keyboard } = app.page;
  await app.command('clear the filter');
  await app.page.getByTestId('log-list').focus();
  await keyboard.press('/');
  await keyboard.type(expression);
  await keyboard.press('ArrowDown');
  await keyboard.press('Home');
}

async function copying(app: TetherApp, list: Locator): Promise<void> {
  const copied = (): Promise<string> => app.electron.evaluate(({ clipboard }) => clipboard.readText());
  await app.page.keyboard.press('Control+c');
  await expect(app.page.getByText('1 line copied as text.')).toBeVisible();
  expect(await copied()).toMatch(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d\d:\d\d) WARN {2}navigator: first line\nplan /u,
  );

  await chooseFromMenu(app.page.getByTestId('copy-menu'), app.page.getByTestId('copy-chosen-JSON'), 'Shift+Tab');
  await expect(app.page.getByText('1 line copied as JSON.')).toBeVisible();
  const message = `first line\nplan ${json}`;
  expect(JSON.parse(await copied())).toMatchObject({
    severity: 'WARN',
    node: 'navigator',
    message,
    line: 0,
    robot: 'rover',
  });

  await chooseFromMenu(app.page.getByTestId('copy-menu'), app.page.getByTestId('copy-chosen-Markdown'), 'Tab');
  await expect(app.page.getByText('1 line copied as Markdown.')).toBeVisible();
  expect(await copied()).toMatch(/^\*\*WARN\*\* `navigator` on rover, .*\n\n```\nfirst line\nplan \{.*\}\n```\n/u);

  // All that the filter lets through, one object a line.
  await filterBy(app, 'early');
  await chooseFromMenu(app.page.getByTestId('copy-menu'), app.page.getByTestId('copy-shown-JSON'), 'Shift+Tab');
  await expect(app.page.getByText(`${early} lines copied as JSON.`)).toBeVisible();
  const lines = (await copied()).trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(
    Array.from({ length: early }, (_, number) => `early ${number} end`),
  );
  await expect(list).toHaveAttribute('data-rows', String(early));
}

async function severities(app: TetherApp, list: Locator): Promise<void> {
  const { keyboard } = app.page;
  await app.command('clear the filter');
  const debug = app.page.getByTestId('severity-DEBUG');
  await pressUntilFocused(debug, 'Shift+Tab');
  await expect(debug).toHaveAttribute('data-value', String(early / 5));
  await keyboard.press('Space');
  await expect(debug).toHaveAttribute('aria-pressed', 'false');
  await expect(list).toHaveAttribute('data-rows', String((early * 4) / 5 + 1));
  await expect(app.page.getByTestId('hidden-count')).toHaveAttribute('data-value', String(early / 5));
  await keyboard.press('Shift+Enter');
  await expect(list).toHaveAttribute('data-rows', String(early / 5));
  await keyboard.press('Shift+Enter');
  await expect(list).toHaveAttribute('data-rows', String(early + 1));
}

/** From the first line that the filter lets through, by the menu of its detail. */
async function setLevel(app: TetherApp, filter: string, severity: string): Promise<void> {
  await filterBy(app, filter);
  const item = app.page.getByRole('menuitem', { name: severity, exact: true });
  await chooseFromMenu(app.page.getByTestId('node-level'), item, 'Tab');
}

function chosen(list: Locator): Locator {
  return list.locator('[aria-selected="true"]');
}
