import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MetricRecord } from '../model/Record.js';
import type { MetricDatumToSend } from '../seams/CloudSink.js';
import { MemoryIntentBook } from './intents/MemoryIntentBook.js';
import { intentOf, minuteOf, seriesKey } from './intents/intentOf.js';
import { packStatisticSets } from './packStatisticSets.js';
import type { PackedBatch } from './Parcel.js';
import { cachedAll, metricDestination, metricRecord } from './records.test-support.js';
import { ListedRecords } from '../seams/ListedRecords.js';

/** The beginning of a minute. */
const startNs = 1_799_999_940_000_000_000n;
const packing = { defaultDimensions: [], storageResolutionS: 60, statisticSets: true } as const;

function pack(records: readonly MetricRecord[], resolutionS: 1 | 60 = 60): PackedBatch {
  const stored = new ListedRecords(cachedAll(records));
  return packStatisticSets(metricDestination, stored, { ...packing, storageResolutionS: resolutionS });
}

function dataOf({ parcels }: PackedBatch): readonly MetricDatumToSend[] {
  return parcels.flatMap(({ requests }) =>
    requests.flatMap(({ request }) => (request.kind === 'metric' ? request.data : [])),
  );
}

function at(second: number, fields: Partial<MetricRecord> = {}): MetricRecord {
  return metricRecord(startNs + BigInt(Math.round(second * 1000)) * 1_000_000n, fields);
}

describe('what goes together', () => {
  test('the values of a minute, with their exact number, sum, least and greatest', () => {
    const records = [3, -1, 8, 0.25].map((value, index) => at(10 * index, { value }));
    expect(dataOf(pack(records))).toEqual([
      expect.objectContaining({
        timestampMs: Number(startNs / 1_000_000n),
        statistics: { sampleCount: 4, sum: 10.25, minimum: -1, maximum: 8 },
      }),
    ]);
  });

  test('a value that is alone goes as it is', () => {
    const [datum] = dataOf(pack([at(0, { value: 7 })]));
    expect(datum).toMatchObject({ value: 7 });
    expect(datum).not.toHaveProperty('statistics');
  });

  test.each([
    ['minutes', [at(59.999), at(60)]],
    ['names', [at(0), at(0, { name: 'load' })]],
    ['units', [at(0), at(0, { unit: 'megabytes' })]],
    ['dimensions', [at(0), at(0, { dimensions: [{ name: 'arm', value: 'left' }] })]],
    ['values of a dimension', ['left', 'right'].map((value) => at(0, { dimensions: [{ name: 'arm', value }] }))],
    [
      'dimensions that read alike when they are strung together',
      [at(0, { dimensions: [{ name: 'a', value: 'b c' }] }), at(0, { dimensions: [{ name: 'a b', value: 'c' }] })],
    ],
  ])('never mixes %s', (_, records) => {
    const data = dataOf(pack(records));
    expect(data).toHaveLength(2);
    expect(data.every(({ statistics }) => statistics === undefined)).toBe(true);
  });

  test('the order in which dimensions are named makes no other series', () => {
    const [a, b] = [
      { name: 'arm', value: 'left' },
      { name: 'joint', value: '2' },
    ];
    const data = dataOf(pack([at(0, { dimensions: [a, b] }), at(1, { dimensions: [b, a] })]));
    expect(data).toMatchObject([{ statistics: { sampleCount: 2 } }]);
  });

  test('at a resolution of a second, only the values of one second', () => {
    const data = dataOf(pack([at(0), at(0.5), at(1), at(1.9), at(2)], 1));
    expect(data.map(({ statistics }) => statistics?.sampleCount)).toEqual([2, 2, undefined]);
  });
});

test('what CloudWatch takes none of is refused alone, and spoils no sum', () => {
  const values = [1, NaN, 2, Infinity, 2 ** 361, 3];
  const packed = pack(values.map((value) => at(1, { value })));
  expect(packed.refused.map(({ address }) => address.ordinal)).toEqual([1, 3, 4]);
  expect(packed.rejections).toHaveLength(3);
  expect(dataOf(packed)).toMatchObject([{ statistics: { sampleCount: 3, sum: 6, minimum: 1, maximum: 3 } }]);
});

test('a sum that would leave what CloudWatch takes begins a set of its own', () => {
  const data = dataOf(pack(Array.from({ length: 3 }, (_, index) => at(index, { value: 2 ** 360 }))));
  expect(data.map(({ value, statistics }) => statistics?.sum ?? value)).toEqual([2 ** 360, 2 ** 360, 2 ** 360]);
});

test('small values beside great ones are not lost in the sum', () => {
  const values = [2 ** 53, ...new Array<number>(1_000).fill(1), -(2 ** 53)];
  expect(dataOf(pack(values.map((value) => at(1, { value }))))).toMatchObject([{ statistics: { sum: 1_000 } }]);
});

test('CloudWatch counts each value: so does the intent, and with it a lost answer is told', async () => {
  const book = new MemoryIntentBook();
  const [parcel] = pack([at(0), at(1), at(2), at(61), at(62)]).parcels;
  if (parcel === undefined) throw new Error('nothing was packed');
  const before = await book.begin(intentOf(parcel, { kind: 'metric', ...packing }, 0));
  book.end(before, 'accepted');
  const lost = await book.begin(intentOf(parcel, { kind: 'metric', ...packing }, 0));
  const [first] = dataOf({ parcels: [parcel], refused: [], rejections: [] });
  if (first === undefined) throw new Error('no datum');
  const told = (samples: number): boolean | null =>
    book.wasCounted(lost, minuteOf(first.timestampMs), seriesKey(first), samples);
  expect([told(3), told(6), told(4)]).toEqual([false, true, null]);
});

test('each record is in exactly one parcel, or refused; all parcels keep the limits; number and sum are kept', () => {
  const record = fc.record({
    second: fc.double({ min: 0, max: 200, noNaN: true }),
    name: fc.constantFrom('battery', 'load', 'x'.repeat(255)),
    unit: fc.constantFrom('percent', 'megabytes'),
    value: fc.oneof(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.constantFrom(NaN, Infinity, -Infinity)),
    dimensions: fc.uniqueArray(
      fc.record({ name: fc.constantFrom('a', 'b', 'c'), value: fc.constantFrom('1', '2', 'y'.repeat(1_024)) }),
      { selector: ({ name }) => name },
    ),
  });
  fc.assert(
    fc.property(fc.array(record, { maxLength: 400 }), fc.constantFrom<1 | 60>(1, 60), (drawn, resolutionS) => {
      const records = drawn.map(({ second, ...fields }) => at(second, fields));
      const packed = pack(records, resolutionS);
      const sent = packed.parcels.flatMap((parcel) => parcel.records);
      expect([...sent, ...packed.refused].map(({ address }) => address.ordinal).toSorted((a, b) => a - b)).toEqual(
        records.map((_, ordinal) => ordinal),
      );
      const data = dataOf(packed);
      const good = records.filter(({ value }) => Number.isFinite(value));
      expect(data.reduce((sum, { statistics }) => sum + (statistics?.sampleCount ?? 1), 0)).toBe(good.length);
      expect(data.reduce((sum, { statistics, value }) => sum + (statistics?.sum ?? value), 0)).toBe(
        good.reduce((sum, { value }) => sum + value, 0),
      );
      for (const { requests } of packed.parcels) {
        for (const { request, bytes } of requests) {
          if (request.kind !== 'metric') throw new Error('a log among metrics');
          expect(request.data.length).toBeLessThanOrEqual(1_000);
          expect(bytes).toBeLessThanOrEqual(1_000_000);
        }
      }
    }),
  );
});
