import type { DryRun } from '../contract/calls.js';
import { listPrices, listPricesOf, newMetricsUsdAMonth } from '../model/cloudPrices.js';
import { formatCount, formatSize } from './formatValues.js';

function newWords({ lastSentMs, place, newMetrics }: DryRun['groups'][number]): string {
  const words: string[] = [];
  if (place?.group === false) words.push('the log group is new');
  else if (place?.stream === false) words.push('the stream is new');
  else if (place === null && lastSentMs === null) words.push('nothing was sent there from here before');
  if (newMetrics !== null && newMetrics.fresh > 0) {
    const by = newMetrics.knownBy === 'here' ? 'as far as this laptop knows' : 'CloudWatch says';
    words.push(`${formatCount(newMetrics.fresh)} of ${formatCount(newMetrics.all)} metrics are new, ${by}`);
  }
  return words.length === 0 ? '' : ` (${words.join('; ')})`;
}

function costWords({ billed, costUsd }: DryRun): string {
  if (billed === null || costUsd === null) return '';
  const months = newMetricsUsdAMonth(billed, listPrices);
  const metrics = months === 0 ? '' : ` and $${months.toFixed(2)} a month for new metrics`;
  return `, about $${costUsd.toFixed(costUsd < 0.1 ? 4 : 2)}${metrics} (prices of ${listPricesOf})`;
}

/** Of AWS: whose the credentials are, so that nothing goes to another's account by mistake. */
function accountLines({ accountId, billed }: DryRun): readonly string[] {
  if (billed === null) return [];
  return [
    accountId === null
      ? '  the account is not known: CloudWatch did not say whose the credentials are'
      : `  account ID ${accountId}`,
  ];
}

/** What a flush would send, for a person. */
export function dryRunLines(name: string, plan: DryRun): readonly string[] {
  const total = `${formatCount(plan.records)} records in ${formatCount(plan.requests)} ${plan.requests === 1 ? 'request' : 'requests'}, ${formatSize(plan.wireBytes)} on the line, ${formatSize(plan.bytes)} as CloudWatch counts it${costWords(plan)}`;
  return [
    `${name}: would send ${total}`,
    ...accountLines(plan),
    ...plan.groups.map(
      (group) => `  ${formatCount(group.records)} to ${group.goesTo}, ${group.account}${newWords(group)}`,
    ),
    ...(plan.redacted > 0
      ? [`  ${formatCount(plan.redacted)} of them with words taken out by the robot file's redaction rules`]
      : []),
    ...plan.leftOut.map((left) => `  ${formatCount(left.records)} left out: ${left.reason}`),
  ];
}
