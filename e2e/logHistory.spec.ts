import { expect } from '@playwright/test';
import { test } from './bench/Bench.js';
import type { TetherApp } from './bench/TetherApp.js';

const perRun = 3000;
const ratePerS = 1500;

test('nothing that arrived is missing: live lines and those of an earlier run on disk are one list', async ({
  bench,
}) => {
  const { app: first, cloud } = await bench.launchWithLocalCloud();
  await cloud.link.cut();
  const early = bench.publish({ count: perRun, ratePerS, text: 'early {number} end' });
  await early.done(60_000);
  await first.expectReceived('logs', perRun, 20_000);
  await first.expectFigure('pending', perRun, 20_000);
  await early.kill();
  await first.close();

  const app = await bench.launch({ environment: { TETHER_LOCAL_CLOUDWATCH: cloud.link.url } });
  const late = bench.publish({ count: perRun, ratePerS, text: 'late {number} end' });
  await late.done(60_000);
  await app.expectReceived('logs', perRun, 20_000);

  const expected = ['early', 'late'].flatMap((run) =>
    Array.from({ length: perRun }, (_, number) => `${run} ${number} end`),
  );
  // By keyboard: to the oldest line on disk, then the whole list down again, page after page.
  const list = app.page.getByTestId('log-list');
  await list.focus();
  await app.page.keyboard.press('Home');
  await expect(list).toHaveAttribute('data-older', 'end', { timeout: 20_000 });
  await expect(list).toHaveAttribute('data-rows', String(expected.length));
  await expect(list.getByText('early 0 end')).toBeVisible();
  expect(await scrollThrough(app, expected.length)).toEqual(expected);

  // What is copied is what is shown: all of it.
  await app.page.keyboard.press('Control+a');
  await app.page.keyboard.press('Control+c');
  await expect(app.page.getByText(`${expected.length.toLocaleString('en-US')} lines copied`)).toBeVisible();
  const copied = await app.electron.evaluate(({ clipboard }) => clipboard.readText());
  expect(copied.trim().split('\n').map(messageOf)).toEqual(expected);
  await app.close();
});

/** Every message that the list shows on the way from its first row to its last, in their order. */
async function scrollThrough(app: TetherApp, rows: number): Promise<string[]> {
  const seen = new Map<number, string>();
  for (let pages = 0; seen.size < rows && pages < rows; pages += 1) {
    const shown = await app.rows.evaluateAll((elements) =>
      elements.map((element): [number, string] => [
        Number(element.getAttribute('aria-rowindex')),
        element.querySelector('.log-message')?.textContent ?? '',
      ]),
    );
    for (const [index, message] of shown) seen.set(index, message);
    await app.page.keyboard.press('PageDown');
  }
  return [...seen].sort(([left], [right]) => left - right).map(([, message]) => message);
}

function messageOf(line: string): string {
  return /(?:early|late) \d+ end/u.exec(line)?.[0] ?? line;
}
