import type { DryRun } from '../contract/calls.js';
import { listPrices, sendingUsd } from '../model/cloudPrices.js';
import { destinationKey, type MetricDestination } from '../model/Destination.js';
import { metricIdentity } from '../model/metricIdentity.js';
import type { PlaceReading } from '../seams/CloudSink.js';
import { accountWords, placeWords, type EstimatedGroup, type FlushEstimate } from '../upload/estimateFlush.js';
import type { PlaceLooks } from './PlaceLooks.js';
import type { SentMetrics } from './SentMetrics.js';
import type { UploadLedger } from './UploadLedger.js';

/** What is known of the places that a flush would send to. */
export interface PlaceKnowledge {
  readonly uploads: UploadLedger;
  readonly sentMetrics: SentMetrics;
  /** Null while CloudWatch cannot be asked. */
  readonly looks: PlaceLooks | null;
  readonly accountId: string | null;
  /** Days that a log group is kept which Tether makes; 0: for ever. */
  readonly keptDays: number;
}

/** Names of new metrics that are told one by one. */
const newNamesMax = 20;

/** What a flush would send, with what of it is new: by what CloudWatch says where it may be asked, else by what was sent from here. */
export async function dryRunOf(
  { groups, leftOut, billed, ...figures }: FlushEstimate,
  knowledge: PlaceKnowledge,
): Promise<DryRun> {
  const all = await Promise.all(groups.map((group) => groupOf(group, knowledge)));
  const newMetrics = groups.reduce(
    (sum, { destination }, index) =>
      sum + (destination.account.cloud === 'aws' ? (all[index]?.newMetrics?.fresh ?? 0) : 0),
    0,
  );
  const paid = billed === null ? null : { ...billed, newMetrics };
  return {
    ...figures,
    accountId: knowledge.accountId,
    groups: all,
    leftOut: [...leftOut],
    billed: paid,
    costUsd: paid === null ? null : sendingUsd(paid, listPrices),
  };
}

async function groupOf(group: EstimatedGroup, knowledge: PlaceKnowledge): Promise<DryRun['groups'][number]> {
  const { destination, records, requests, bytes, example } = group;
  const [goesTo, account] = [placeWords(destination), accountWords(destination.account)];
  const lastSentMs = knowledge.uploads.lastSentMs(goesTo, account);
  const reading = (await knowledge.looks?.at(destination, lastSentMs)) ?? null;
  return {
    ...{ goesTo, account, records, requests, bytes, example, lastSentMs },
    kind: destination.kind,
    destination: destinationKey(destination),
    place: reading?.type === 'log' ? { group: reading.group, stream: reading.stream } : null,
    ...(destination.kind === 'log' && knowledge.keptDays > 0 ? { keptDays: knowledge.keptDays } : {}),
    newMetrics: destination.kind === 'metric' ? newMetricsOf(destination, group, reading, knowledge.sentMetrics) : null,
  };
}

function newMetricsOf(
  destination: MetricDestination,
  { series, seriesCut }: EstimatedGroup,
  reading: PlaceReading | null,
  sent: SentMetrics,
): NonNullable<DryRun['groups'][number]['newMetrics']> {
  const listed = reading?.type === 'metric' ? reading : null;
  const there = new Set(listed?.metrics.map(({ name, dimensions }) => metricIdentity(name, dimensions)));
  // What was sent within the last minutes is not listed yet.
  const fresh = series.filter(
    ({ name, dimensions }) =>
      !there.has(metricIdentity(name, dimensions)) && !sent.knows(destination, name, dimensions),
  );
  const byName = new Map<string, number>();
  for (const { name } of fresh) byName.set(name, (byName.get(name) ?? 0) + 1);
  const names = [...byName].map(([name, count]) => ({ name, count })).sort((left, right) => right.count - left.count);
  return {
    all: series.length,
    fresh: fresh.length,
    cut: seriesCut,
    knownBy: listed === null ? 'here' : listed.complete ? 'cloudwatch' : 'part',
    names: names.slice(0, newNamesMax),
  };
}
