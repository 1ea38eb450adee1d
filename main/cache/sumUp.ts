import type { RecordFilter } from '../model/RecordFilter.js';
import { destinationKey } from '../model/Destination.js';
import type { PendingSummary, SegmentSummary } from '../seams/Cache.js';
import { errorCode } from './FileSystem.js';
import { groupMatches, needsDecoding, stampMatches, stateMatches } from './matchesFilter.js';
import { mayHold, type ReadOptions, readRecords } from './readRecords.js';
import { withColumns } from './withColumns.js';
import { cachedStateOf, type Segment, type StateSum } from './Segment.js';
import type { SegmentGroup } from './SegmentGroup.js';

/** The part of `CacheUsage` that is counted from the segments. */
export interface StateCounts {
  cachedRecords: number;
  pendingRecords: number;
  heldRecords: number;
  quarantinedRecords: number;
  expiredRecords: number;
  oldestPendingNs: bigint | null;
  newestPendingNs: bigint | null;
}

/** The numbers of `usage`, from the segments' sums. */
export function countStates(segments: Iterable<Segment>): StateCounts {
  const counts: StateCounts = {
    cachedRecords: 0,
    pendingRecords: 0,
    heldRecords: 0,
    quarantinedRecords: 0,
    expiredRecords: 0,
    oldestPendingNs: null,
    newestPendingNs: null,
  };
  for (const segment of segments) {
    counts.cachedRecords += segment.remaining();
    counts.pendingRecords += segment.count('pending');
    counts.heldRecords += segment.count('held');
    counts.quarantinedRecords += segment.count('quarantined');
    counts.expiredRecords += segment.count('expired');
    if (segment.count('pending') > 0) stretchPending(counts, segment);
  }
  return counts;
}

function stretchPending(counts: StateCounts, segment: Segment): void {
  for (const number of segment.groups.keys()) {
    if (segment.countInGroup(number, 'pending') === 0) continue;
    const sum = segment.sums(number).find(({ state }) => state === 'pending');
    if (sum === undefined) continue;
    const { oldestPendingNs: oldest, newestPendingNs: newest } = counts;
    if (oldest === null || sum.oldestNs < oldest) counts.oldestPendingNs = sum.oldestNs;
    if (newest === null || sum.newestNs > newest) counts.newestPendingNs = sum.newestNs;
  }
}

/** Adds up summaries by destination, kind, severity and state. */
class PendingSums {
  readonly #sums = new Map<string, { -readonly [K in keyof PendingSummary]: PendingSummary[K] }>();
  readonly #filter: RecordFilter;

  constructor(filter: RecordFilter) {
    this.#filter = filter;
  }

  addGroup(group: SegmentGroup, { state, records, bytes, oldestNs, newestNs }: StateSum): void {
    const cached = cachedStateOf(state);
    const { destination, kind, severity } = group;
    if (cached === null || !stateMatches(cached, this.#filter)) return;
    this.add({ destination, kind, severity, state: cached, records, bytes, oldestNs, newestNs });
  }

  add(sum: PendingSummary): void {
    const key = `${destinationKey(sum.destination)} ${sum.kind} ${sum.severity ?? ''} ${sum.state}`;
    const known = this.#sums.get(key);
    if (known === undefined) {
      this.#sums.set(key, { ...sum });
      return;
    }
    known.records += sum.records;
    known.bytes += sum.bytes;
    if (sum.oldestNs < known.oldestNs) known.oldestNs = sum.oldestNs;
    if (sum.newestNs > known.newestNs) known.newestNs = sum.newestNs;
  }

  all(): PendingSummary[] {
    return [...this.#sums.values()];
  }
}

/** What the filter lets through of the segments, in groups, looking no deeper into each than it must. */
export async function summarisePending(options: Omit<ReadOptions, 'order'>): Promise<PendingSummary[]> {
  const { segments, filter } = options;
  const sums = new PendingSums(filter);
  if (needsDecoding(filter)) {
    for await (const { destination, record, state, data } of readRecords({ ...options, order: 'oldest' })) {
      const { kind, stampNs } = record;
      const severity = record.kind === 'log' ? record.severity : null;
      const bytes = data.byteLength;
      sums.add({ destination, kind, severity, state, records: 1, bytes, oldestNs: stampNs, newestNs: stampNs });
    }
    return sums.all();
  }
  for (const segment of segments) {
    if (addFromSums(sums, segment, filter) || !mayHold(segment, filter)) continue;
    try {
      await withColumns(options, segment, () => {
        addFromColumns(sums, segment, filter);
      });
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }
  return sums.all();
}

/** False when a time limit goes through the segment, so that its records must be looked at. */
function addFromSums(sums: PendingSums, segment: Segment, filter: RecordFilter): boolean {
  const wanted = [...segment.groups.entries()].filter(
    ([, { group, records }]) => records > 0 && groupMatches(group, filter),
  );
  const whole = wanted.every(
    ([, { oldestNs, newestNs }]) => stampMatches(oldestNs, filter) && stampMatches(newestNs, filter),
  );
  if (!whole) return false;
  for (const [number, { group }] of wanted) for (const sum of segment.sums(number)) sums.addGroup(group, sum);
  return true;
}

function addFromColumns(sums: PendingSums, segment: Segment, filter: RecordFilter): void {
  const { columns } = segment;
  if (columns === null) return;
  for (let ordinal = 0; ordinal < segment.records; ordinal += 1) {
    const group = segment.groups[columns.group(ordinal)]?.group;
    const stamp = columns.stamp(ordinal);
    if (group === undefined || !groupMatches(group, filter) || !stampMatches(stamp, filter)) continue;
    const state = segment.state(ordinal);
    sums.addGroup(group, { state, records: 1, bytes: columns.size(ordinal), oldestNs: stamp, newestNs: stamp });
  }
}

export function summariseSegment(segment: Segment): SegmentSummary {
  let oldestNs: bigint | null = null;
  let newestNs: bigint | null = null;
  let records = 0;
  for (const sum of segment.groups) {
    if (sum.records === 0) continue;
    records += sum.records;
    if (oldestNs === null || sum.oldestNs < oldestNs) oldestNs = sum.oldestNs;
    if (newestNs === null || sum.newestNs > newestNs) newestNs = sum.newestNs;
  }
  const { sequence, file, bytes, open } = segment;
  return { segment: sequence, file, bytes, records, remaining: segment.remaining(), open, oldestNs, newestNs };
}
