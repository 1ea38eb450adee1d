// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { patient } from '../../main/model/patient.test-support.js';
import { PageBench } from '../PageBench.test-support.js';
import { setPage } from '../stores/pageStore.js';
import { DeskArea } from './DeskArea.js';

let bench: PageBench;
beforeEach(() => {
  bench = new PageBench();
});
afterEach(() => {
  bench.close();
});

it.each(['logs', 'metrics'] as const)('the desk of %s has an edge in the colour of its robot', async (desk) => {
  setPage({ desk });
  bench.show(<DeskArea />);
  const edge = (): string => document.getElementById('desk')?.style.borderTopColor ?? 'no desk';
  await vi.waitFor(() => {
    expect(edge()).toBe(bench.robot.colour);
  }, patient);
  bench.tell({ colour: '#123456' });
  await vi.waitFor(() => {
    expect(edge()).toBe('#123456');
  }, patient);
});
