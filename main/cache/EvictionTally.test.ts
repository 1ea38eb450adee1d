import { expect, it } from 'vitest';
import { evictedWords } from '../model/Loss.js';
import { EvictionTally, wantedCountsOf } from './EvictionTally.js';
import { Segment } from './Segment.js';
import { SegmentColumns } from './SegmentColumns.js';
import { testLog, testMetric } from './testRecords.js';

it('adds up by kind and severity, logs in the order of severity and metrics last', () => {
  const tally = new EvictionTally();
  tally.add([
    { kind: 'metric', severity: null, records: 4 },
    { kind: 'log', severity: 'ERROR', records: 2 },
    { kind: 'log', severity: 'FATAL', records: 0 },
  ]);
  tally.add([
    { kind: 'log', severity: 'INFO', records: 7 },
    { kind: 'log', severity: 'ERROR', records: 1 },
  ]);
  expect(tally.counts()).toEqual([
    { kind: 'log', severity: 'INFO', records: 7 },
    { kind: 'log', severity: 'ERROR', records: 3 },
    { kind: 'metric', severity: null, records: 4 },
  ]);
  expect(evictedWords(tally.counts())).toBe('7 INFO logs, 3 ERROR logs, 4 metrics');
  expect(evictedWords([{ kind: 'log', severity: 'WARN', records: 1 }])).toBe('1 WARN log');
  expect(evictedWords([])).toBe('');
});

it('counts of a segment only what is still wanted', () => {
  const segment = new Segment({ sequence: 1, path: '/nowhere', file: 'one.mcap', generation: 0 }, true);
  segment.columns = new SegmentColumns();
  const records = [testLog({ message: 'sent' }), testLog({ message: 'waits' }), testMetric('battery', 3)];
  for (const [ordinal, { channel, destination, kind, severity, data, stampNs }] of records.entries()) {
    const group = segment.addGroup({ channel, destination, kind, severity, origin: '' }, ordinal + 1, 1);
    segment.addRecord(ordinal, group, stampNs, data.byteLength);
  }
  segment.setState(0, 'acknowledged');
  segment.setState(2, 'quarantined');
  expect(wantedCountsOf(segment)).toEqual([
    { kind: 'log', severity: 'INFO', records: 1 },
    { kind: 'metric', severity: null, records: 1 },
  ]);
});
