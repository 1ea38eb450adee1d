import type { DryRun } from '../../main/contract/calls.js';
import { destinationOfKey } from '../../main/model/Destination.js';
import { Fact, Facts } from '../components/Facts.js';
import { formatBytes } from '../format/formatBytes.js';
import { formatCount, formatQuantity } from '../format/formatCount.js';
import { newMetricsUsdAMonth } from '../../main/model/cloudPrices.js';
import { aboutUsd } from '../format/formatUsd.js';
import { useCloudPrices } from '../stores/cloudPrices.js';
import { CostFacts, newMetricWords } from './FlushCost.js';

type Group = DryRun['groups'][number];

/** The dry run as a list of facts: how much, where to, what is new there, what stays here, what it costs. */
export function FlushFacts({ plan }: { readonly plan: DryRun }) {
  const logs = plan.groups.filter(({ kind }) => kind === 'log');
  const metrics = plan.groups.filter(({ kind }) => kind === 'metric');
  return (
    <Facts className="plan-facts">
      <Fact
        name="requests"
        note={`${formatQuantity(plan.logRequests, 'log batch', 'log batches')}, ${formatCount(plan.metricRequests)} metric`}
      >
        {formatCount(plan.requests)}
      </Fact>
      <Fact name="on the wire" note={wireWords(plan)}>
        <span data-testid="plan-wire" data-value={plan.wireBytes}>
          {formatBytes(plan.wireBytes)}
        </span>
      </Fact>
      {logs.slice(0, placesShownMax).map((group) => (
        <LogPlace key={group.destination} group={group} alone={logs.length === 1} />
      ))}
      {logs.length > placesShownMax && (
        <Fact name="">and {formatQuantity(logs.length - placesShownMax, 'more stream')}</Fact>
      )}
      {metrics.slice(0, placesShownMax).map((group) => (
        <Namespace key={group.destination} group={group} alone={metrics.length === 1} />
      ))}
      {metrics.length > placesShownMax && (
        <Fact name="">and {formatQuantity(metrics.length - placesShownMax, 'more namespace')}</Fact>
      )}
      {plan.leftOut.map((left, index) => (
        <Fact key={left.reason} name={index === 0 ? 'left out' : ''} note={left.reason}>
          {formatCount(left.records)}
        </Fact>
      ))}
      {plan.redacted > 0 && (
        <Fact name="redacted" note="by the rules of the robot file">
          {formatQuantity(plan.redacted, 'line')}
        </Fact>
      )}
      <Account plan={plan} />
      <CostFacts plan={plan} />
    </Facts>
  );
}

/** How the size on the wire was found. */
function wireWords({ bytes, wireBytes, wireMeasured }: DryRun) {
  const how = wireBytes < bytes * noGainPart ? 'gzip' : 'not compressed on this way';
  const part = wireMeasured >= 0.999 ? '' : ` · measured on ${Math.max(1, Math.round(wireMeasured * 100))} %`;
  return (
    <span title="Of so much as CloudWatch counts it. The requests were made and compressed to find this.">
      of {formatBytes(bytes)}, {how}
      {part}
    </span>
  );
}

function LogPlace({ group, alone }: { readonly group: Group; readonly alone: boolean }) {
  const place = destinationOfKey(group.destination);
  const words = knownWords(group);
  if (place?.kind !== 'log') return <Fact name="goes to">{group.goesTo}</Fact>;
  return (
    <>
      <Fact name="log group" note={<Mark {...words.group} />}>
        {place.group}
      </Fact>
      <Fact
        name="stream"
        note={
          <>
            <Mark {...words.stream} />
            {!alone && ` · ${formatQuantity(group.records, 'record')}`}
          </>
        }
      >
        {place.stream}
      </Fact>
    </>
  );
}

interface Known {
  readonly words: string;
  readonly isNew: boolean;
  readonly title: string;
}

/** What is known of a group and its stream, and by whom. */
function knownWords({ place, lastSentMs, keptDays }: Group): { readonly group: Known; readonly stream: Known } {
  const there = { words: 'exists', isNew: false, title: 'CloudWatch has it' };
  const missing = { words: 'new', isNew: true, title: 'CloudWatch does not have it yet: it is made on the way' };
  const missingGroup = keptDays === undefined ? missing : { ...missing, words: `new, kept ${keptDays} days` };
  if (place !== null) return { group: place.group ? there : missingGroup, stream: place.stream ? there : missing };
  const both =
    lastSentMs === null
      ? {
          words: 'new from here',
          isNew: true,
          title:
            'Nothing was sent there from this laptop before, and CloudWatch could not be asked: it may have to be made',
        }
      : { words: 'known', isNew: false, title: 'This laptop has sent there before' };
  return { group: both, stream: both };
}

function Mark({ words, isNew, title }: Known) {
  return (
    <span className={isNew ? 'plan-new' : undefined} title={title}>
      {words}
    </span>
  );
}

function Namespace({ group, alone }: { readonly group: Group; readonly alone: boolean }) {
  const { newMetrics } = group;
  if (newMetrics === null) return null;
  const { all, cut } = newMetrics;
  const count = `${formatCount(all)}${cut ? ' or more' : ''} ${all === 1 ? 'metric' : 'metrics'}`;
  return (
    <>
      <Fact name="namespace" note={`${count}${alone ? '' : `, ${formatQuantity(group.records, 'sample')}`}`}>
        {group.goesTo}
      </Fact>
      <NewMetrics group={group} newMetrics={newMetrics} />
    </>
  );
}

function NewMetrics(props: { readonly group: Group; readonly newMetrics: NonNullable<Group['newMetrics']> }) {
  const { fresh, names, knownBy } = props.newMetrics;
  const prices = useCloudPrices();
  const isPaid = destinationOfKey(props.group.destination)?.account.cloud === 'aws';
  const usd = newMetricsUsdAMonth({ logBytes: 0, metricRequests: 0, newMetrics: fresh }, prices);
  return (
    <Fact
      name="new metrics"
      note={
        <span data-testid="plan-new-metrics">
          {fresh > 0 && (
            <span className="plan-new">
              {newMetricWords(names)}
              {isPaid && `, ${aboutUsd(usd)} a month`}
            </span>
          )}
          <span className="plan-known">{fresh > 0 ? notKnownWords[knownBy] : knownWordsOf[knownBy]}</span>
        </span>
      }
    >
      {fresh === 0 ? 'none' : formatCount(fresh)}
    </Fact>
  );
}

/** What "new" goes by. */
const notKnownWords = {
  cloudwatch: 'CloudWatch does not list them',
  part: 'not in the part that CloudWatch listed',
  here: 'not sent from this laptop before',
} as const;

const knownWordsOf = {
  cloudwatch: 'CloudWatch lists them all',
  part: 'by the part that CloudWatch listed, and what was sent from here',
  here: 'all were sent from this laptop before',
} as const;

function Account({ plan }: { readonly plan: DryRun }) {
  const accounts = [...new Set(plan.groups.map((group) => group.account))];
  if (accounts.length === 0) return null;
  const words = accounts.join('; ');
  if (plan.accountId === null || plan.billed === null) return <Fact name="account">{words}</Fact>;
  return (
    <Fact name="account" note={words}>
      {plan.accountId.replace(/^(\d{4})(\d{4})(\d{4})$/, '$1-$2-$3')}
    </Fact>
  );
}

const placesShownMax = 3;
/** What is not compressed is longer on the wire than counted: JSON has keys. */
const noGainPart = 0.9;
