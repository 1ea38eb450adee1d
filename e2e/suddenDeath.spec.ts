import { expect } from '@playwright/test';
import { z } from 'zod';
import { robotHosts } from './bench/appProcesses.js';
import { test } from './bench/Bench.js';

/** `kill -9` of each process that may die: nothing that was called cached is lost, and the window says what happens. */
const hostBackMsMax = 3_000;

test('the robot host is killed: the page says so, it is back within 3 s, the window stays', async ({ bench }) => {
  const { app } = await bench.launchWithLocalCloud();
  bench.publish({ count: 0, ratePerS: 50 });
  await expect(app.rung('robot')).toHaveAttribute('data-state', 'ok', { timeout: 30_000 });
  await app.expectReceived('logs', 50, 30_000);
  const said = await app.page.evaluateHandle(() => {
    const rung = document.querySelector('[data-testid="ladder-robot"]');
    const states: string[] = [];
    const look = (): void => {
      states.push(rung?.getAttribute('data-state') ?? 'gone');
    };
    if (rung !== null) new MutationObserver(look).observe(rung, { attributes: true, attributeFilter: ['data-state'] });
    return states;
  });

  const [host] = robotHosts(bench.home);
  if (host === undefined) throw new Error('there is no robot host');
  const killedMs = Date.now();
  process.kill(host.pid, 'SIGKILL');
  await expect
    .poll(() => robotHosts(bench.home).some(({ pid }) => pid !== host.pid), { intervals: [20], timeout: 10_000 })
    .toBe(true);
  expect(Date.now() - killedMs).toBeLessThanOrEqual(hostBackMsMax);
  await expect.poll(() => said.evaluate((states) => states.includes('warning'))).toBe(true);
  await expect(app.rung('robot')).toContainText('robot host restarted', { timeout: 30_000 });
  await expect(app.rung('robot')).toHaveAttribute('data-state', 'ok', { timeout: 30_000 });

  const receivedBefore = await app.received('logs');
  await app.expectReceived('logs', receivedBefore + 50, 30_000);
  expect(app.page.isClosed()).toBe(false);
  expect(await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  await app.close();
});

test('the engine is killed: the page says so and goes on with the next one', async ({ bench }) => {
  const { app } = await bench.launchWithLocalCloud();
  bench.publish({ count: 0, ratePerS: 50 });
  await app.expectReceived('logs', 50, 30_000);
  const enginePid = await app.electron.evaluate(
    ({ app: electronApp }) => electronApp.getAppMetrics().find((metric) => metric.name === 'Tether engine')?.pid,
  );
  if (enginePid === undefined) throw new Error('there is no engine');
  const banner = app.page.getByTestId('engine-banner');
  const appeared = banner.waitFor({ state: 'visible', timeout: 10_000 });
  process.kill(enginePid, 'SIGKILL');
  await appeared;
  await expect(banner).toBeHidden({ timeout: 30_000 });
  await expect(app.rung('robot')).toHaveAttribute('data-state', 'ok', { timeout: 30_000 });
  await expect.poll(() => app.rows.count(), { timeout: 30_000 }).toBeGreaterThan(10);
  await app.close();
});

test('the whole app is killed while recording offline: all that was cached is there again, and is uploaded', async ({
  bench,
}) => {
  const { app, cloud } = await bench.launchWithLocalCloud();
  await cloud.link.cut();
  const publisher = bench.publish({ count: 0, ratePerS: 300 });
  await expect.poll(async () => (await bench.onDisk()).cachedRecords, { timeout: 40_000 }).toBeGreaterThan(1_000);
  const before = await bench.onDisk();
  const messagesBefore = cachedMessages(await bench.command('cache', 'cat', '--kind', 'logs', '--json'));
  expect(messagesBefore.length).toBeGreaterThanOrEqual(before.cachedRecords);
  await app.killAll();
  await publisher.stop();

  const after = await bench.onDisk();
  expect(after.cachedRecords).toBeGreaterThanOrEqual(messagesBefore.length);
  const again = await bench.launch({ environment: { TETHER_LOCAL_CLOUDWATCH: cloud.link.url } });
  await expect.poll(() => again.figure('cached'), { timeout: 30_000 }).toBe(after.cachedRecords);
  expect((await bench.onDisk()).cachedRecords).toBe(after.cachedRecords);
  expect(await cloud.reader.countLogs()).toBe(0);

  await cloud.link.restore();
  await again.expectFigure('pending', 0, 60_000);
  const uploaded = (await cloud.reader.logEvents()).map(
    ({ message }) => /message \d+ of/.exec(message)?.[0] ?? message,
  );
  expect(uploaded).toHaveLength(after.cachedRecords);
  expect(new Set(uploaded).size).toBe(uploaded.length);
  expect(messagesBefore.filter((message) => !uploaded.includes(message))).toEqual([]);
  await again.close();
});

/** The messages of `tether cache cat --json`, wherever in the line's document they stand. */
function cachedMessages(lines: string): string[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      z.record(z.string(), z.unknown()).parse(JSON.parse(line));
      return /message \d+ of/.exec(line)?.[0] ?? line;
    });
}
