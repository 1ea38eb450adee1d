// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { formatFilterTerms } from '../../main/model/parseFilterExpression.js';
import { patient } from '../../main/model/patient.test-support.js';
import { getPage, setPage } from '../stores/pageStore.js';
import { PageBench } from '../PageBench.test-support.js';
import { CacheDesk } from './CacheDesk.js';
import { getCacheDesk, setCacheDesk } from './cacheDeskStore.js';
import { everything, filterMessageOf } from './DeskFilter.js';

let bench: PageBench;

beforeEach(() => {
  bench = new PageBench();
  bench.answers['cache.counts'] = () => ({ records: 4, byLabel: [], byHour: [] });
  bench.show(<CacheDesk robotName={bench.robot.name} />);
});

afterEach(() => {
  bench.close();
  setCacheDesk({ filter: everything });
  setPage({ savedFilters: [] });
});

function press(element: HTMLElement, key: string): void {
  element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
}

it('the box has the language of the log desk: list, counts and buttons mean what it says', async () => {
  expect((await bench.find('cache-text')).getAttribute('aria-label')).toMatch(/^Filter records: text/);
  await bench.fill('cache-text', '"low cell" -node:/nav/** /[0-9]+ v$/ file:bms');
  await vi.waitFor(() => {
    const terms = bench.inputsOf('cache.read').at(-1)?.filter.terms;
    expect(formatFilterTerms(terms ?? [])).toBe('"low cell" -node:/nav/** /[0-9]+ v$/ file:bms');
    expect(bench.inputsOf('cache.counts').at(-1)?.filter.terms).toEqual(terms);
    expect(bench.inputsOf('upload.dryRun').at(-1)?.filter.terms).toEqual(terms);
  }, patient);
  press(await bench.find('cache-text'), 'Enter');
  await vi.waitFor(() => {
    expect(bench.queryAll('filter-chip')).toHaveLength(4);
  }, patient);
  await bench.click('selection-hold');
  await vi.waitFor(() => {
    expect(bench.inputsOf('cache.hold').at(-1)?.filter).toEqual(filterMessageOf(getCacheDesk().filter));
  }, patient);
});

it('says what is wrong with an expression, and leaves it in the filter, so that the engine refuses to act on it', async () => {
  await bench.fill('cache-text', '/cell (/');
  expect((await bench.find('filter-problem')).textContent).toContain('missing closing )');
  expect(filterMessageOf(getCacheDesk().filter).terms).toMatchObject([{ regex: true, text: 'cell (' }]);
});

it('filters saved on either desk are there on both', async () => {
  setPage({ savedFilters: [{ name: 'hot motors', expression: 'motor -/cool/', severityMask: 0b11000 }] });
  await bench.click('saved-filters');
  await bench.click('saved-filter');
  await vi.waitFor(() => {
    expect(filterMessageOf(getCacheDesk().filter)).toMatchObject({
      severities: ['ERROR', 'FATAL'],
      terms: [{ text: 'motor' }, { text: 'cool', exclude: true, regex: true }],
    });
  }, patient);
  await bench.click('saved-filters');
  await bench.fill('saved-filter-name', 'again');
  await bench.click('saved-filter-save');
  await vi.waitFor(() => {
    expect(getPage().savedFilters.at(-1)).toEqual({
      ...{ name: 'again', expression: 'motor -/cool/', severityMask: 0b11000 },
    });
  }, patient);
});
