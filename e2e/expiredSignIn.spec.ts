import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@playwright/test';
import { test } from './bench/Bench.js';
import { robotFileText } from './bench/robotFileText.js';
import { SsoPortal } from './bench/SsoPortal.js';

const logs = 40;
const profile = 'field';

test('an expired SSO session: the way back is a command to copy, recording goes on, and it heals by itself', async ({
  bench,
}) => {
  const userHome = path.join(bench.home, 'user');
  await mkdir(userHome);
  const cloud = await bench.localCloud();
  const portal = await SsoPortal.start(userHome, profile);
  try {
    await portal.signIn(Date.now() - 3_600_000);
    const { domainId, group, stream, namespace } = bench;
    const text = robotFileText({ domainId, group, stream, namespace, cloud: { endpoint: cloud.link.url } });
    await bench.writeRobotText(text.replace('    cloud: aws\n', `    cloud: aws\n    profile: ${profile}\n`));
    const app = await bench.launch({
      environment: { HOME: userHome, AWS_ENDPOINT_URL_SSO: portal.url, AWS_EC2_METADATA_DISABLED: 'true' },
    });
    const publisher = bench.publish({ count: logs, ratePerS: 50 });
    await publisher.done(30_000);
    await app.expectFigure('pending', logs, 30_000);
    expect(await bench.onDisk()).toMatchObject({ cachedRecords: logs, lost: {} });

    // The ladder says what to do, and gives the command.
    const rung = app.rung('account');
    await expect(rung).toHaveAttribute('data-state', 'failed', { timeout: 30_000 });
    await rung.click();
    const command = `aws sso login --profile ${profile}`;
    await expect(app.page.locator('.rung-card')).toContainText(`Run: ${command}`);
    await app.page.getByTestId('copy-command').click();
    await expect.poll(() => app.electron.evaluate(({ clipboard }) => clipboard.readText())).toBe(command);
    await app.page.keyboard.press('Escape');
    await app.open('cache');
    await expect(app.page.getByTestId('flush-plan')).toContainText(command);
    await expect(app.page.getByTestId('flush-confirm-desk')).toHaveText('Flush when allowed');
    expect(await cloud.reader.countLogs()).toBe(0);
    expect(portal.asked).toBe(0);

    // Signed in again: nobody tells Tether.
    await portal.signIn(Date.now() + 3_600_000);
    await app.expectFigure('pending', 0, 60_000);
    await expect(rung).toHaveAttribute('data-state', 'ok', { timeout: 30_000 });
    expect(await cloud.reader.countLogs()).toBe(logs);
    expect(portal.asked).toBeGreaterThan(0);
    await app.close();
  } finally {
    await portal.stop();
  }
});
