// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PendingGroup } from '../../main/contract/frames.js';
import { patient } from '../../main/model/patient.test-support.js';
import { PageBench } from '../PageBench.test-support.js';
import { setCacheDesk } from './cacheDeskStore.js';
import { everything } from './DeskFilter.js';
import { WaitingTable } from './WaitingTable.js';

let bench: PageBench;

const group: PendingGroup = {
  ...{ kind: 'log', severity: 'ERROR', state: 'pending', records: 59, bytes: 31_000, oldestMs: 1, newestMs: 2 },
  ...{ goesTo: 'field-team-2 / rover-7', account: 'profile field', destination: '["log"]' },
};

beforeEach(() => {
  bench = new PageBench();
  bench.tell({ pending: [group, { ...group, severity: 'INFO', records: 31_402 }] });
  bench.show(<WaitingTable robot={bench.robot} />);
});

afterEach(() => {
  bench.close();
  setCacheDesk({ filter: everything });
});

function rowWords(): string {
  return bench
    .queryAll('waiting-row')
    .map((row) => row.textContent)
    .join('\n');
}

it('has what the filter lets through, but for the severities, which are chosen in it; its buttons mean no more', async () => {
  await vi.waitFor(() => {
    expect(rowWords()).toMatch(/ERROR[^\n]*59.*\n.*INFO[^\n]*31,402/);
  }, patient);
  bench.answers['cache.groups'] = () => [{ ...group, records: 3 }];
  setCacheDesk({ filter: { ...everything, text: 'motor', severities: ['ERROR'] } });
  await vi.waitFor(() => {
    expect(rowWords()).toMatch(/ERROR[^\n]*3/);
    expect(bench.queryAll('waiting-row')).toHaveLength(1);
  }, patient);
  const terms = [{ field: 'any', exclude: false, text: 'motor', regex: false }];
  expect(bench.inputsOf('cache.groups')).toEqual([{ robot: bench.robot.name, filter: { terms } }]);
  await bench.click('hold');
  await vi.waitFor(() => {
    expect(bench.inputsOf('cache.hold')).toEqual([
      {
        robot: bench.robot.name,
        filter: { terms, kind: 'log', severities: ['ERROR'], destinations: ['["log"]'] },
      },
    ]);
  }, patient);
});

it('says so when nothing fits', async () => {
  bench.answers['cache.groups'] = () => [];
  setCacheDesk({ filter: { ...everything, states: ['quarantined'] } });
  await vi.waitFor(() => {
    expect(document.body.textContent).toContain('Nothing on disk fits');
  }, patient);
});
