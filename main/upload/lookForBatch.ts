import type { Destination } from '../model/Destination.js';
import type { CachedRecord } from '../seams/Cache.js';
import type { CloudSink, LogEventToSend, MetricDatumToSend, NoReading } from '../seams/CloudSink.js';
import type { Unresolved } from './BatchDelivery.js';
import type { IntentBook } from './intents/Intent.js';
import { minuteOf, seriesKey } from './intents/intentOf.js';
import { packBatch } from './packBatch.js';

/** What CloudWatch holds of a batch whose answer was lost. */
export type Finding =
  | { readonly type: 'there' }
  | { readonly type: 'absent' }
  /** Exactly these records are there. */
  | { readonly type: 'some'; readonly present: readonly CachedRecord[] }
  /** It does not show what is new at once: ask again after this time. */
  | { readonly type: 'too-early'; readonly ms: number }
  /** It can be told neither now nor later. */
  | { readonly type: 'unknown' }
  | Exclude<NoReading, { type: 'unreadable' }>;

export interface LookingParts {
  readonly sink: CloudSink;
  readonly intents: IntentBook;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

/** Series that are asked for until one tells. */
const witnessesMax = 4;

/** Asks CloudWatch, instead of guessing, whether the request of this intent was carried out. */
export async function lookForBatch(unresolved: Unresolved, parts: LookingParts): Promise<Finding> {
  const { intent, batch } = unresolved;
  const packed = packBatch(batch, intent.packing, intent.destination);
  const seen: Finding =
    intent.destination.kind === 'log'
      ? await lookForEvents(packed.parcels, intent.destination, parts)
      : await lookForSamples(packed.parcels, unresolved, parts);
  if (seen.type !== 'absent' && seen.type !== 'some' && seen.type !== 'unknown') return seen;
  const oldestMs = Math.min(...batch.records.map(({ record }) => Number(record.stampNs / 1_000_000n)));
  const shownAtMs = intent.atMs + showsAfterMs(intent.destination, parts.nowMs() - oldestMs);
  const ms = shownAtMs - parts.nowMs();
  return ms > 0 ? { type: 'too-early', ms } : seen;
}

type Parcels = ReturnType<typeof packBatch>['parcels'];

async function lookForEvents(
  parcels: Parcels,
  destination: Extract<Destination, { kind: 'log' }>,
  { sink, signal }: LookingParts,
): Promise<Finding> {
  const present: CachedRecord[] = [];
  let records = 0;
  for (const parcel of parcels) {
    const events: LogEventToSend[] = [];
    const recordOfEvent: number[] = [];
    for (const { request, recordOfEvent: of } of parcel.requests) {
      if (request.kind !== 'log') throw new Error('metrics among the requests of a log stream');
      for (const event of request.events) events.push(event);
      for (const record of of) recordOfEvent.push(record);
    }
    const reading = await sink.findEvents(destination, events, signal);
    if (reading.type === 'unreadable') return { type: 'unknown' };
    if (reading.type !== 'found') return reading;
    const absent = new Set(recordOfEvent.filter((_, index) => reading.present[index] !== true));
    const there = new Set(recordOfEvent.filter((_, index) => reading.present[index] === true));
    // Some pieces of a text came through and others did not: what goes again is there twice in part.
    if (absent.size + there.size > parcel.records.length) return { type: 'unknown' };
    present.push(...parcel.records.filter((_, index) => !absent.has(index)));
    records += parcel.records.length;
  }
  if (present.length === records) return { type: 'there' };
  return present.length === 0 ? { type: 'absent' } : { type: 'some', present };
}

/** A request of metrics is carried out whole or not at all: one series whose count is understood tells for all. */
async function lookForSamples(
  parcels: Parcels,
  { intent }: Unresolved,
  { sink, signal, intents }: LookingParts,
): Promise<Finding> {
  for (const datum of witnesses(parcels)) {
    const destination = intent.destination;
    if (destination.kind !== 'metric') throw new Error('samples of a log stream');
    const reading = await sink.countSamples(destination, datum, signal);
    if (reading.type === 'unreadable') continue;
    if (reading.type !== 'counted') return reading;
    const counted = intents.wasCounted(intent, minuteOf(datum.timestampMs), seriesKey(datum), reading.samples);
    if (counted !== null) return { type: counted ? 'there' : 'absent' };
  }
  return { type: 'unknown' };
}

/** Data of different minutes: what one minute cannot tell, another may. */
function witnesses(parcels: Parcels): readonly MetricDatumToSend[] {
  const data = parcels.flatMap(({ requests }) =>
    requests.flatMap(({ request }) => (request.kind === 'metric' ? request.data : [])),
  );
  const byMinute = new Map<number, MetricDatumToSend>();
  for (const datum of data)
    if (!byMinute.has(minuteOf(datum.timestampMs))) byMinute.set(minuteOf(datum.timestampMs), datum);
  const [first] = data;
  const others = data.filter((datum) => first !== undefined && seriesKey(datum) !== seriesKey(first)).slice(0, 1);
  return [...[...byMinute.values()].slice(0, witnessesMax - 1), ...others];
}

/**
 * How long CloudWatch may take to show what it has taken. Metrics: the PutMetricData page of its API reference (3 to 24 h
 * old: up to 2 h; older: at least 48 h; else some minutes). Ours on loopback shows all at once, others at an endpoint of
 * one's own nearly so.
 */
function showsAfterMs({ kind, account }: Destination, ageMs: number): number {
  if (account.cloud === 'local') return 0;
  if (account.endpoint !== '') return 2_000;
  if (kind === 'log') return 20_000;
  if (ageMs >= 24 * hourMs) return 48 * hourMs;
  return ageMs >= 3 * hourMs ? 2 * hourMs : 3 * 60_000;
}

const hourMs = 3_600_000;
