import { expect } from '@playwright/test';
import { FoxgloveServer } from '../main/ros/foxglove/FoxgloveServer.test-support.js';
import { test } from './bench/Bench.js';

test('a robot behind a Foxglove bridge is one dialog away, on a laptop without ROS', async ({ bench }) => {
  const cloud = await bench.localCloud();
  const server = new FoxgloveServer('cdr', ['--stamp', String(Math.floor(Date.now() / 1000) - 300)]);
  const port = await server.port();
  const app = await bench.launch({
    environment: { TETHER_LOCAL_CLOUDWATCH: cloud.link.url, TETHER_TOOLCHAIN: '/nowhere', AMENT_PREFIX_PATH: '' },
  });
  try {
    await app.page.getByTestId('connect-robot').click();
    await app.page.getByTestId('robot-name').fill(bench.robot);
    await app.page.getByTestId('robot-source').getByText('Foxglove', { exact: true }).click();
    await app.page.getByTestId('robot-add-confirm').click();
    await expect(app.page.getByText('Give the address of the robot')).toBeVisible();
    await app.page.getByTestId('robot-address').fill(`127.0.0.1:${port}`);
    await app.page.getByTestId('robot-cloud-local').click();
    await app.page.getByTestId('robot-add-confirm').click();

    await server.log(0, 200);
    await server.measure(3);
    await expect(app.rows.first()).toContainText('message', { timeout: 30_000 });
    await expect(app.rung('robot')).toHaveAttribute('data-state', 'ok');
    await expect.poll(() => app.received('logs')).toBe(200);
    await expect.poll(async () => (await cloud.reader.logEvents()).length, { timeout: 30_000 }).toBe(200);

    await server.stop();
    await expect(app.rung('robot')).toContainText('connection lost', { timeout: 30_000 });
  } finally {
    await server.stop();
    await app.close();
  }
});
