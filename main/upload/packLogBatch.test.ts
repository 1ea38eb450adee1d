import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogRecord } from '../model/Record.js';
import { formatLogEvent } from './formatLogEvent.js';
import { packLogBatch } from './packLogBatch.js';
import type { Parcel } from './Parcel.js';
import { cachedAll, logDestination, logRecord, logsConfig } from './records.test-support.js';
import { ListedRecords } from '../seams/ListedRecords.js';

const dayMs = 86_400_000;
const secondNs = 1_000_000_000n;

test('writes the original text with the stamp of the message at nine digits', () => {
  const record = logRecord(1_700_000_000_120_000_001n, { severity: 'WARN', node: 'nav', message: 'low battery' });
  expect(formatLogEvent(record, true)).toBe('1700000000.120000001 WARN [node name: nav] low battery\n');
  const ofRos1 = { ...record, nodeTopics: ['/rosout', '/odom'] };
  expect(formatLogEvent(ofRos1, true)).toBe(
    '1700000000.120000001 WARN [node name: nav] [topics: /rosout, /odom] low battery\n',
  );
  expect(formatLogEvent(ofRos1, false)).toBe('1700000000.120000001 WARN [node name: nav] low battery\n');
  expect(formatLogEvent(logRecord(5n, { message: '' }), true)).toBe('0.000000005 INFO [node name: nav.planner] \n');
});

test('replaces half a surrogate pair, which has no UTF-8, and keeps whole ones', () => {
  expect(formatLogEvent(logRecord(0n, { message: 'a\ud83d b 🤖' }), true)).toContain('a\ufffd b 🤖');
});

test('gives each event the time of its message in whole milliseconds', () => {
  const parcels = pack([logRecord(1_700_000_000_123_999_999n)]);
  expect(eventsIn(parcels)).toMatchObject([{ timestampMs: 1_700_000_000_123 }]);
});

test('fills a request to exactly 10,000 events', () => {
  const parcels = pack(Array.from({ length: 10_001 }, (_, index) => logRecord(BigInt(index) * secondNs)));
  expect(parcels.map(({ records }) => records.length)).toEqual([10_000, 1]);
});

test('fills a request to exactly 1,048,576 bytes', () => {
  const headBytes = Buffer.byteLength(formatLogEvent(logRecord(secondNs, { message: '' }), true)) + 26;
  const exact = (bytes: number): LogRecord => logRecord(secondNs, { message: 'x'.repeat(bytes - headBytes) });
  expect(pack([exact(1_000_000), exact(48_576)]).map(({ requests }) => requests[0]?.bytes)).toEqual([1_048_576]);
  expect(pack([exact(1_000_000), exact(48_577)])).toHaveLength(2);
});

test('keeps a request within 24 hours: exactly a day goes, a millisecond more does not', () => {
  const day = BigInt(dayMs) * 1_000_000n;
  expect(pack([logRecord(0n), logRecord(day)])).toHaveLength(1);
  expect(pack([logRecord(0n), logRecord(day + 1_000_000n)])).toHaveLength(2);
});

test('numbers the pieces of an over-long message and loses no character of it', () => {
  const message = '🤖é'.repeat(500_000);
  const record = logRecord(secondNs, { message });
  const parcels = pack([logRecord(0n), record, logRecord(2n * secondNs)]);
  expect(parcels.map(({ requests }) => requests.length)).toEqual([1, 3, 1]);
  const pieces = eventsIn(parcels.slice(1, 2)).map((event) => event.message);
  expect(pieces.map((piece) => piece.slice(0, 6))).toEqual(['[1/3] ', '[2/3] ', '[3/3] ']);
  expect(pieces.map((piece) => piece.slice(6)).join('')).toBe(formatLogEvent(record, true));
});

const message = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 2, arbitrary: fc.nat(400_000).map((length) => 'ß'.repeat(length)) },
  { weight: 1, arbitrary: fc.integer({ min: 1_048_400, max: 2_200_000 }).map((length) => 'z'.repeat(length)) },
);
const record = fc
  .record({ atMs: fc.nat(30 * dayMs), restNs: fc.nat(999_999), message })
  .map(({ atMs, restNs, message: text }) => logRecord(BigInt(atMs) * 1_000_000n + BigInt(restNs), { message: text }));

test('any records: each in one parcel, every request within every limit', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 30 }), (records) => {
      const cached = cachedAll(records);
      const parcels = packLogBatch(logDestination, new ListedRecords(cached), logsConfig);
      const landed = parcels.flatMap((parcel) => parcel.records);
      expect(landed).toHaveLength(cached.length);
      expect(new Set(landed)).toEqual(new Set(cached));
      for (const parcel of parcels) checkParcel(parcel);
    }),
    { numRuns: 60 },
  );
});

/** The limits once more, written from the API's page and not from the packer. */
function checkParcel(parcel: Parcel): void {
  const pieces = parcel.records.map((): string[] => []);
  for (const { request, recordOfEvent, bytes } of parcel.requests) {
    if (request.kind !== 'log') throw new Error('a metric');
    const times = request.events.map(({ timestampMs }) => timestampMs);
    const counted = request.events.reduce((sum, event) => sum + Buffer.byteLength(event.message, 'utf8') + 26, 0);
    expect(counted).toBe(bytes);
    expect(counted).toBeLessThanOrEqual(1_048_576);
    expect(request.events.length).toBeLessThanOrEqual(10_000);
    expect(recordOfEvent).toHaveLength(request.events.length);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThanOrEqual(dayMs);
    for (const [index, event] of request.events.entries()) {
      expect(event.message).not.toBe('');
      pieces[recordOfEvent[index] ?? -1]?.push(event.message);
    }
  }
  for (const [index, texts] of pieces.entries()) {
    const source = parcel.records[index]?.record;
    if (source?.kind !== 'log') throw new Error('not a log');
    const whole = texts.length === 1 ? texts[0] : texts.map((text) => text.replace(/^\[\d+\/\d+\] /, '')).join('');
    // Compared by `===`: a difference of megabytes is nothing to print.
    expect(whole === formatLogEvent(source, true)).toBe(true);
  }
}

function pack(records: readonly LogRecord[]): readonly Parcel[] {
  return packLogBatch(logDestination, new ListedRecords(cachedAll(records)), logsConfig);
}

function eventsIn(parcels: readonly Parcel[]): readonly { readonly timestampMs: number; readonly message: string }[] {
  return parcels.flatMap(({ requests }) =>
    requests.flatMap(({ request }) => (request.kind === 'log' ? request.events : [])),
  );
}
