// @ts-check
/**
 * `npm run pictures`: makes the README's pictures anew from the real app with the demo robot and a cut link, after its story
 * has come to the first fault. Takes about two minutes. `npm run pictures -- --all FOLDER` writes both desks, at 1280×800 and at
 * 2560×1440, in dark, light and Sunlight, into a folder instead: twelve pictures to look at, not to keep.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { CheckedApp } from './check/CheckedApp.mjs';
import { TcpRelay } from './check/TcpRelay.mjs';
import { Reporter } from './setup/Reporter.mjs';
import { hasDisplay, startDisplay } from './setup/display.mjs';
import { rootDir } from './setup/paths.mjs';
import { setup } from './setup.mjs';

const storyMs = 70_000;
const cutMs = 20_000;
const fadeMs = 600;
/** A chart draws itself anew in the size and the theme that it got. */
const redrawMs = 1_500;
const sizes = /** @type {const} */ ([
  [1280, 800],
  [2560, 1440],
]);

const { values: flags } = parseArgs({ options: { all: { type: 'string' } } });
const picturesDir = flags.all === undefined ? path.join(rootDir, 'docs', 'pictures') : path.resolve(flags.all);

/** @typedef {'dark' | 'light' | 'contrast' | 'sunlight'} Theme */

const reporter = new Reporter({ stream: process.stdout });
const toolchain = await setup({ reporter });
await build({ reporter });
if (toolchain.electron === null) throw new Error(`There is no Electron: ${toolchain.electronProblem}`);
mkdirSync(picturesDir, { recursive: true });
const home = mkdtempSync(path.join(tmpdir(), 'tether-pictures-'));
const display = hasDisplay() ? null : await startDisplay();
const { LocalCloudWatch } = await import('../build/main/localcloud/LocalCloudWatch.js');
const cloud = await LocalCloudWatch.start({ port: 0 });
const link = await TcpRelay.start(cloud.url);
const app = await CheckedApp.launch({
  electron: toolchain.electron,
  home,
  display: display?.display ?? null,
  localCloudUrl: link.url,
  args: ['--demo'],
  timeLimitMs: 60_000,
});
try {
  reporter.line('pictures', `waiting ${storyMs / 1000} s for the story`);
  await sleep(storyMs);
  await link.cut();
  await sleep(cutMs);
  await app.page.getByTestId('log-list').focus();
  await app.page.keyboard.press('E');
  await app.page.keyboard.press('Enter');
  await (flags.all === undefined ? shootForReadme() : shootAll());
} finally {
  await app.close();
  await link.stop();
  await cloud.stop();
  display?.stop();
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

async function shootForReadme() {
  await shoot('logs');
  await theme('Sunlight');
  await shoot('logs-sunlight');
  await theme('Dark');
  await app.page.keyboard.press('Escape');
  for (const desk of /** @type {const} */ (['metrics', 'cache', 'config'])) {
    await app.open(desk);
    await sleep(2_000);
    await shoot(desk);
  }
}

async function shootAll() {
  const view = await app.page.context().newCDPSession(app.page);
  for (const desk of /** @type {const} */ (['logs', 'metrics'])) {
    await app.open(desk);
    for (const [width, height] of sizes) {
      // By the page's own measure: the display may be smaller.
      await view.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
      for (const name of ['Dark', 'Light', 'Sunlight']) {
        await theme(name);
        await sleep(redrawMs);
        await shoot(`${desk}-${width}x${height}-${name.toLowerCase()}`);
      }
    }
  }
}

/** @param {string} name */
async function shoot(name) {
  await sleep(fadeMs);
  const file = path.join(picturesDir, `${name}.png`);
  await app.page.screenshot({ path: file });
  reporter.line('pictures', path.relative(process.cwd(), file));
}

/** @param {string} name as the theme menu has it */
async function theme(name) {
  await app.page.getByTestId('theme-menu').click();
  await app.page.getByRole('menuitem', { name, exact: true }).click();
}
