import { describe, expect, it } from 'vitest';
import { Segment } from './Segment.js';
import { SegmentColumns } from './SegmentColumns.js';
import { testLogChannel, testLogDestination } from './testRecords.js';

/** A segment of log records, all pending, with its columns in memory. */
function segmentOf(generation: number, records: number): Segment {
  const file = `20261125T000000Z-00000001${generation === 0 ? '' : `.r${generation}`}.mcap`;
  const segment = new Segment({ path: `/cache/segments/${file}`, file, sequence: 1, generation }, false);
  segment.columns = new SegmentColumns();
  const [channel, destination] = [testLogChannel, testLogDestination];
  segment.addGroup({ channel, destination, kind: 'log', severity: 'INFO', origin: '' }, 1, 1);
  for (let ordinal = 0; ordinal < records; ordinal += 1) segment.addRecord(ordinal, 0, BigInt(ordinal), 100);
  return segment;
}

describe('a segment that is written anew', () => {
  it('takes over what has become of its records', () => {
    const segment = segmentOf(0, 5);
    segment.setState(1, 'held');
    segment.setState(2, 'acknowledged');
    segment.takeOver(segmentOf(1, 5));
    expect(segment).toMatchObject({ records: 5, generation: 1 });
    expect([segment.count('pending'), segment.count('held'), segment.count('acknowledged')]).toEqual([3, 1, 1]);
    expect(segment.state(1)).toBe('held');
  });

  it('does not count records that were never durable, and are not in the new file, out of those that were', () => {
    const segment = segmentOf(0, 4);
    // A failed fdatasync left two more in the file; the ledger's `cut` says so.
    segment.cutAt = 2;
    segment.setState(2, 'missing');
    segment.setState(3, 'missing');
    segment.takeOver(segmentOf(1, 2));
    expect(segment.records).toBe(2);
    expect(segment.count('pending')).toBe(2);
    expect(segment.remaining()).toBe(2);
  });
});
