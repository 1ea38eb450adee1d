// @vitest-environment happy-dom
import { afterEach, expect, it } from 'vitest';
import type { DryRun } from '../../main/contract/calls.js';
import { type CloudPrices, listPrices } from '../../main/model/cloudPrices.js';
import { PageBench } from '../PageBench.test-support.js';
import { setCloudPrices } from '../stores/cloudPrices.js';
import { FlushFacts } from './FlushFacts.js';

let bench: PageBench;

afterEach(() => {
  bench.close();
  setCloudPrices(listPrices);
});

const account = 'profile field, us-west-2';
const metricPlace = JSON.stringify(['metric', 'aws', 'us-west-2', 'field', '', 'rovers']);
const logPlace = JSON.stringify(['log', 'aws', 'us-west-2', 'field', '', 'field-team-2', 'rover-7']);

const plan: DryRun = {
  ...{ records: 35_932, logs: 31_772, metrics: 4_160, requests: 11, logRequests: 9, metricRequests: 2 },
  ...{ bytes: 10_500_000, wireBytes: 2_300_000, wireMeasured: 0.42, accountId: '111122223333', redacted: 14 },
  groups: [
    {
      ...{ kind: 'log', goesTo: 'field-team-2 / rover-7', account, destination: logPlace, records: 31_772 },
      ...{ requests: 9, bytes: 9_000_000, example: 'x', lastSentMs: null, place: { group: true, stream: false } },
      newMetrics: null,
    },
    {
      ...{ kind: 'metric', goesTo: 'rovers', account, destination: metricPlace, records: 4_160, requests: 2 },
      ...{ bytes: 1_500_000, example: 'y', lastSentMs: null, place: null },
      newMetrics: {
        ...{ all: 14, fresh: 2, cut: false, knownBy: 'cloudwatch' },
        names: [{ name: 'winding_temperature', count: 2 }],
      },
    },
  ],
  leftOut: [
    { reason: 'DEBUG, held', records: 12_120 },
    { reason: 'in quarantine', records: 3 },
  ],
  billed: { logBytes: 1_000_000_000, metricRequests: 2000, newMetrics: 2 },
  costUsd: 0.51,
};

async function factsOf(shown: DryRun, prices: CloudPrices = listPrices): Promise<Map<string, string>> {
  bench = new PageBench();
  setCloudPrices(prices);
  bench.show(
    <div data-testid="facts">
      <FlushFacts plan={shown} />
    </div>,
  );
  await bench.find('plan-wire');
  const facts = new Map<string, string>();
  for (const term of document.querySelectorAll('dt')) {
    facts.set(term.textContent, term.nextElementSibling?.textContent ?? '');
  }
  return facts;
}

it('says how much goes over the wire, where to, what is new there, what stays, and what it costs', async () => {
  const facts = await factsOf(plan);
  expect(facts.get('requests')).toMatch(/^11.*9 log batches, 2 metric/);
  expect(facts.get('on the wire')).toMatch(/2\.2 MB.*of 10 MB, gzip · measured on 42 %/);
  expect(facts.get('log group')).toMatch(/field-team-2.*exists/);
  expect(facts.get('stream')).toMatch(/rover-7.*new/);
  expect(facts.get('namespace')).toMatch(/rovers.*14 metrics/);
  expect(facts.get('new metrics')).toMatch(/2.*winding_temperature ×2, about \$0\.60 a month.*does not list them/);
  expect(facts.get('left out')).toMatch(/12,120.*DEBUG, held/);
  expect(facts.get('redacted')).toMatch(/14 lines/);
  expect(facts.get('account')).toMatch(/1111-2222-3333.*profile field/);
  expect(facts.get('cost')).toMatch(/about \$0\.52/);
});

it('reckons with the prices that a person put in the place of the list', async () => {
  const facts = await factsOf(plan, { logsUsdPerGb: 3, metricUsdAMonth: 1, requestsUsdPerThousand: 0 });
  expect(facts.get('cost')).toMatch(/about \$3\.00/);
  expect(facts.get('new metrics')).toMatch(/about \$2\.00 a month/);
});

it('says that the CloudWatch of this laptop costs nothing, and what is not known', async () => {
  const { groups, ...rest } = plan;
  const facts = await factsOf({
    ...rest,
    ...{ billed: null, costUsd: null, wireBytes: 10_500_000, wireMeasured: 1 },
    groups: groups.map((group) => ({ ...group, place: null })),
  });
  expect(facts.get('cost')).toMatch(/none: local/);
  expect(facts.get('on the wire')).toMatch(/not compressed on this way$/);
  expect(facts.get('log group')).toMatch(/new from here/);
});
