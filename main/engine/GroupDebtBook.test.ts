import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { groupDebtsFile } from '../config/home.js';
import { systemClock } from '../seams/Clock.js';
import { GroupDebtBook } from './GroupDebtBook.js';

const account = { cloud: 'aws', region: 'eu-west-1', profile: 'field', endpoint: '' } as const;
const debt = { account, group: 'rovers', days: 30, isMade: false, askedAtMs: [1_764_000_000_000.5] };
let home: string;
let lines: string[];

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'tether-debts-'));
  lines = [];
});

afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

function book(): GroupDebtBook {
  return new GroupDebtBook({
    file: groupDebtsFile(home, 'rover'),
    clock: systemClock,
    log: (line) => lines.push(line),
  });
}

test('what is owed is on disk when it is kept, one for each account and group, until it is paid', async () => {
  const first = book();
  await first.keep(debt);
  expect(await book().list()).toEqual([debt]);
  await first.keep({ ...debt, isMade: true });
  await first.keep({ ...debt, account: { ...account, region: 'us-east-1' } });
  expect((await book().list()).map(({ isMade }) => isMade)).toEqual([true, false]);
  const second = book();
  await second.drop({ account, group: 'rovers' });
  await second.drop({ account, group: 'another' });
  expect((await book().list()).map((one) => one.account.region)).toEqual(['us-east-1']);
  expect(lines).toEqual([]);
});

test('a disk that does not take it is logged, and it holds until Tether ends', async () => {
  await writeFile(path.join(home, 'uploads'), 'in the way');
  const here = book();
  await here.keep(debt);
  expect(await here.list()).toEqual([debt]);
  expect(lines.join()).toContain('the list of new log groups could not be written');
});
