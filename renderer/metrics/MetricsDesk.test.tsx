// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { patient } from '../../main/model/patient.test-support.js';
import { PageBench } from '../PageBench.test-support.js';
import { getPage, setPage } from '../stores/pageStore.js';
import { MetricsDesk } from './MetricsDesk.js';

let bench: PageBench;
beforeEach(() => {
  bench = new PageBench();
  bench.show(<MetricsDesk robot={bench.robot.name} />);
});
afterEach(() => {
  setPage({ timeView: { ...getPage().timeView, zone: 'local' } });
  bench.close();
});

function sent(acknowledgedMetrics: number, sentMetrics: number): void {
  bench.tell({ acknowledgedMetrics, upload: { ...bench.robot.upload, sentMetrics } });
}

it('says how much of earlier starts is in CloudWatch and on no chart, and nothing of what was sent since', async () => {
  sent(500, 200);
  await vi.waitFor(() => {
    expect(bench.query('metrics-not-here')?.textContent).toMatch(/^Charts begin .*300 samples\.$/u);
  }, patient);
  sent(500, 500);
  await vi.waitFor(() => {
    expect(bench.query('metrics-not-here')).toBeNull();
  }, patient);
});

it('goes to UTC and back by key, and says so', async () => {
  await bench.find('metrics-count');
  const scroll = document.querySelector('.metrics-scroll');
  expect(bench.query('metrics-zone')).toBeNull();
  scroll?.dispatchEvent(new KeyboardEvent('keydown', { key: 'u', bubbles: true }));
  const strip = await bench.find('metrics-zone');
  expect([strip.textContent, getPage().timeView.zone]).toEqual([expect.stringContaining('Times in UTC'), 'utc']);
  strip.querySelector('button')?.click();
  await vi.waitFor(() => {
    expect(bench.query('metrics-zone')).toBeNull();
  }, patient);
  expect(getPage().timeView.zone).toBe('local');
});
