import { expect, test } from 'vitest';
import type { DryRun } from '../contract/calls.js';
import { dryRunLines } from './dryRunLines.js';

const plan: DryRun = {
  ...{ records: 3, logs: 3, metrics: 0, requests: 1, logRequests: 1, metricRequests: 0 },
  ...{ bytes: 300, wireBytes: 200, wireMeasured: 1, accountId: '111122223333', leftOut: [], redacted: 0 },
  groups: [
    {
      ...{ kind: 'log', goesTo: 'team / rover', account: 'field, us-west-2', destination: '', records: 3, requests: 1 },
      ...{ bytes: 300, example: 'a line', lastSentMs: 1, place: null, newMetrics: null },
    },
  ],
  billed: { logBytes: 300, metricRequests: 0, newMetrics: 0 },
  costUsd: 0.0001,
};

test('the account that would pay is named by its ID, before the places', () => {
  const [total, account, group] = dryRunLines('rover', plan);
  expect(total).toMatch(/^rover: would send 3 records in 1 request/);
  expect(account).toBe('  account ID 111122223333');
  expect(group).toBe('  3 to team / rover, field, us-west-2');
});

test('an account that is not known is said to be so; the local CloudWatch has none', () => {
  expect(dryRunLines('rover', { ...plan, accountId: null })[1]).toContain('the account is not known');
  const local = dryRunLines('rover', { ...plan, billed: null, costUsd: null });
  expect(local.join('\n')).not.toContain('account ID');
});
