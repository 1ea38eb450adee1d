import type { RecordKind } from '../model/Record.js';
import type { Segment } from './Segment.js';
import { type ColumnsKeeper, withColumns } from './withColumns.js';

const dayNs = 86_400_000_000_000n;

/**
 * CloudWatch takes nothing older: log events 14 days (PutLogEvents), metrics two weeks (PutMetricData). Used where
 * nobody says better.
 */
export const expiredAgeNs = 14n * dayNs;

/**
 * Marks pending records of a kind whose stamp is older than `oldestStampNs` as expired. When the limit has moved back
 * (the laptop's clock had been wrong), those that are young enough after all wait again. Columns are loaded only when
 * single records must be looked at.
 */
export async function expireSegment(
  segment: Segment,
  kind: RecordKind,
  oldestStampNs: bigint,
  keeper: ColumnsKeeper,
): Promise<void> {
  const before = segment.expiredBefore[kind];
  if (before === oldestStampNs) return;
  const movedBack = mayUnexpire(segment, kind, oldestStampNs);
  const changes = segment.groups.some(({ group, oldestNs: oldestOfAllNs }, number) => {
    if (group.kind !== kind) return false;
    if (movedBack && segment.countInGroup(number, 'expired') > 0) return true;
    // What the sums of a segment that is being sent say of its states must be counted anew each time.
    if (oldestOfAllNs >= oldestStampNs || segment.countInGroup(number, 'pending') === 0) return false;
    return segment.sums(number).some(({ state, oldestNs }) => state === 'pending' && oldestNs < oldestStampNs);
  });
  if (changes) {
    await withColumns(keeper, segment, () => {
      markExpired(segment, kind, oldestStampNs);
    });
  }
  segment.expiredBefore[kind] = oldestStampNs;
}

/** Are there expired records that may be young enough by this limit? */
export function mayUnexpire(segment: Segment, kind: RecordKind, oldestStampNs: bigint): boolean {
  const before = segment.expiredBefore[kind];
  return (before === null || oldestStampNs < before) && segment.count('expired') > 0;
}

/** Its records are looked at again for their age: some have come back to pending. */
export function forgetExpiry(segment: Segment): void {
  segment.expiredBefore.log = null;
  segment.expiredBefore.metric = null;
}

function markExpired(segment: Segment, kind: RecordKind, oldestStampNs: bigint): void {
  const { columns } = segment;
  if (columns === null) return;
  for (let ordinal = 0; ordinal < segment.records; ordinal += 1) {
    const state = segment.state(ordinal);
    if (state !== 'pending' && state !== 'expired') continue;
    if (segment.groups[columns.group(ordinal)]?.group.kind !== kind) continue;
    segment.setState(ordinal, columns.stamp(ordinal) < oldestStampNs ? 'expired' : 'pending');
  }
}
