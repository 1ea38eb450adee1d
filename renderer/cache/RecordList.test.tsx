// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { CachedRow } from '../../main/contract/calls.js';
import { patient } from '../../main/model/patient.test-support.js';
import { fail } from '../../main/model/Problem.js';
import { PageBench } from '../PageBench.test-support.js';
import { setCacheDesk } from './cacheDeskStore.js';
import { RecordList } from './RecordList.js';
import { readFirst, readMore, rowsShownMax } from './recordPages.js';

let bench: PageBench;
/** On disk, by their number. */
let onDisk = 0;
let isReadable = true;

function rowOf(ordinal: number): CachedRow {
  return {
    ...{ segment: 1, ordinal, kind: 'log', stampMs: ordinal, receivedMs: ordinal, severity: 'INFO' },
    ...{ label: 'nav', text: `line ${ordinal}`, state: 'pending', reason: '' },
  };
}

beforeEach(() => {
  bench = new PageBench();
  onDisk = 450;
  isReadable = true;
  bench.answers['cache.read'] = ({ order, after, limit }) => {
    if (!isReadable) return fail('disk', 'the disk does not answer', 'Look at its cable.');
    const step = order === 'newest' ? -1 : 1;
    const first = after === undefined ? (order === 'newest' ? onDisk - 1 : 0) : after.ordinal + step;
    const rows: CachedRow[] = [];
    for (let at = first; at >= 0 && at < onDisk && rows.length < limit; at += step) rows.push(rowOf(at));
    const last = rows.at(-1)?.ordinal ?? first - step;
    return { rows, more: last + step >= 0 && last + step < onDisk };
  };
});

afterEach(() => {
  bench.close();
  setCacheDesk({ order: 'newest', open: null });
});

function show(records = onDisk): void {
  bench.show(<RecordList robot={bench.robot.name} filter={{}} marks={[]} records={records} version="1" />);
}

async function shows(first: string, last: string, count: number): Promise<void> {
  await vi.waitFor(() => {
    const rows = bench.queryAll('cached-row').map((row) => row.querySelector('.record-text')?.textContent);
    expect([rows[0], rows.at(-1), rows.length]).toEqual([first, last, count]);
  }, patient);
}

it('begins with the newest, or with the oldest when that is chosen, and goes on page by page to the end', async () => {
  show();
  await shows('line 449', 'line 250', 200);
  expect((await bench.find('more-records')).textContent).toContain('200 older records');
  document.querySelector<HTMLInputElement>('[data-testid="record-order"] input[value="oldest"]')?.click();
  await shows('line 0', 'line 199', 200);
  expect((await bench.find('record-list')).getAttribute('aria-label')).toBe('Records on disk, oldest first');
  await bench.click('more-records');
  await shows('line 0', 'line 399', 400);
  await bench.click('more-records');
  await shows('line 0', 'line 449', 450);
  await vi.waitFor(() => {
    expect(bench.query('more-records')).toBeNull();
  }, patient);
  // What comes since is at the end.
  onDisk = 452;
  show();
  await bench.click('more-records');
  await shows('line 0', 'line 451', 452);
  await vi.waitFor(() => {
    expect(bench.query('more-records')).toBeNull();
  }, patient);
});

it('goes on beyond what is shown at once: the first rows make room, and what is shown can be read again as it is', async () => {
  onDisk = rowsShownMax + 700;
  const { link } = bench.session;
  const start = { key: '{}', order: 'oldest', known: onDisk, startsAfter: null, before: 0 } as const;
  let pages = await readFirst(link, 'rover-7', start, rowsShownMax);
  expect([pages.rows.length, pages.before, pages.more]).toEqual([rowsShownMax, 0, true]);
  while (pages.more) pages = await readMore(link, 'rover-7', pages);
  expect([pages.rows.length, pages.before]).toEqual([rowsShownMax, 700]);
  expect([pages.rows[0]?.ordinal, pages.rows.at(-1)?.ordinal]).toEqual([700, onDisk - 1]);
  const again = await readFirst(link, 'rover-7', pages, pages.rows.length);
  expect(again.rows).toEqual(pages.rows);
  expect([again.before, again.startsAfter]).toEqual([700, { segment: 1, ordinal: 699 }]);
});

it('a page that cannot be read is told, and is asked for again where it was', async () => {
  isReadable = false;
  show();
  await bench.find('read-again');
  expect(document.body.textContent).toContain('the disk does not answer');
  expect(document.body.textContent).not.toContain('Nothing on disk fits');
  isReadable = true;
  await bench.click('read-again');
  await shows('line 449', 'line 250', 200);
  expect(bench.query('read-again')).toBeNull();

  isReadable = false;
  await bench.click('more-records');
  await vi.waitFor(() => {
    expect(bench.query('more-records')?.textContent).toContain('Try again');
  }, patient);
  await shows('line 449', 'line 250', 200);
  isReadable = true;
  await bench.click('more-records');
  await shows('line 449', 'line 50', 400);
  expect(document.body.textContent).not.toContain('the disk does not answer');
});

it('what came since can be asked for again too, when it could not be read at the end of the oldest first', async () => {
  onDisk = 100;
  setCacheDesk({ order: 'oldest' });
  show();
  await shows('line 0', 'line 99', 100);
  onDisk = 102;
  show();
  isReadable = false;
  await bench.click('more-records');
  await vi.waitFor(() => {
    expect(bench.query('more-records')?.textContent).toContain('Try again');
  }, patient);
  isReadable = true;
  await bench.click('more-records');
  await shows('line 0', 'line 101', 102);
});
