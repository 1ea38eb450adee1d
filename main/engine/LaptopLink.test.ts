import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../upload/ManualClock.test-support.js';
import { LaptopLink } from './LaptopLink.js';

let folder: string;
let clock: ManualClock;
let said: boolean | null;
const opened: LaptopLink[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tether-link-'));
  clock = new ManualClock(1_800_000_000_000_000_000n);
  said = null;
});

afterEach(async () => {
  for (const link of opened.splice(0)) link.stop();
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true, force: true });
});

async function open(): Promise<LaptopLink> {
  const link = new LaptopLink({
    file: path.join(folder, 'settings', 'link.json'),
    clock,
    readMetered: () => Promise.resolve(said),
    log: () => undefined,
  });
  opened.push(link);
  await link.load();
  await link.start();
  return link;
}

test('is as the system says, and notices a change by itself', async () => {
  const link = await open();
  let changes = 0;
  link.onChange(() => (changes += 1));
  expect(link.status()).toEqual({ choice: 'auto', detected: null, metered: false, limitBytesPerS: null });
  said = true;
  await clock.advance(11_000);
  expect(link.status()).toMatchObject({ detected: true, metered: true });
  said = false;
  await clock.advance(11_000);
  expect(link.metered).toBe(false);
  await clock.advance(60_000);
  expect(changes).toBe(2);
});

test("a person's word comes before the system's, and is known to the next start", async () => {
  said = true;
  const link = await open();
  expect(await link.set({ choice: 'unmetered', limitBytesPerS: 64_000 })).toMatchObject({
    ok: true,
    value: { metered: false, detected: true, limitBytesPerS: 64_000 },
  });
  expect((await open()).status()).toMatchObject({ choice: 'unmetered', metered: false, limitBytesPerS: 64_000 });
  await link.set({ limitBytesPerS: null });
  expect((await open()).status()).toMatchObject({ choice: 'unmetered', limitBytesPerS: null });
});

test('a file that cannot be read, or written, keeps nobody from choosing', async () => {
  await mkdir(path.join(folder, 'settings'));
  await writeFile(path.join(folder, 'settings', 'link.json'), '{"choice":"perhaps"');
  const link = await open();
  expect(link.status()).toMatchObject({ choice: 'auto' });
  await rm(path.join(folder, 'settings'), { recursive: true });
  await writeFile(path.join(folder, 'settings'), 'a file where the folder should be');
  expect(await link.set({ choice: 'metered' })).toMatchObject({ ok: false, problem: { code: 'disk' } });
  expect(link.metered).toBe(true);
});
