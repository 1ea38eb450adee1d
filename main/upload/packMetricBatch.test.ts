import { PutMetricDataCommand, CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MetricDimension, MetricRecord } from '../model/Record.js';
import type { MetricDatumToSend } from '../seams/CloudSink.js';
import type { MetricPacking } from './MetricSeriesTable.js';
import { packMetricBatch } from './packMetricBatch.js';
import type { PackedBatch } from './Parcel.js';
import { cachedAll, metricDestination, metricRecord } from './records.test-support.js';
import { ListedRecords } from '../seams/ListedRecords.js';

const packing: MetricPacking = { defaultDimensions: [], storageResolutionS: 60 };
const manyDimensions = (count: number): readonly MetricDimension[] =>
  Array.from({ length: count }, (_, index) => ({ name: `d${index}`, value: 'v' }));

test('turns a record into a datum: unit, own time, default dimensions first and the first of a name', () => {
  const record = metricRecord(1_700_000_000_123_456_789n, {
    unit: 'megabytes',
    dimensions: [
      { name: 'robot', value: 'its own' },
      { name: 'core', value: '0' },
    ],
  });
  const packed = pack([record], { defaultDimensions: [{ name: 'robot', value: 'rover' }], storageResolutionS: 1 });
  expect(dataIn(packed)).toEqual([
    {
      timestampMs: 1_700_000_000_123,
      name: 'battery',
      value: 81.5,
      unit: 'Megabytes',
      dimensions: [
        { name: 'robot', value: 'rover' },
        { name: 'core', value: '0' },
      ],
      storageResolutionS: 1,
    },
  ]);
});

test.each<[string, Partial<MetricRecord>, RegExp]>([
  ['NaN', { value: Number.NaN }, /not a number/],
  ['infinity', { value: Number.POSITIVE_INFINITY }, /outside/],
  ['a value over 2^360', { value: -(2 ** 361) }, /outside/],
  ['31 dimensions', { dimensions: manyDimensions(31) }, /31 dimensions/],
  ['no name', { name: ' ' }, /no name/],
  ['an empty dimension', { dimensions: [{ name: 'robot', value: '' }] }, /no value/],
  ['a dimension that starts with a colon', { dimensions: [{ name: ':robot', value: 'x' }] }, /colon/],
  ['an endless dimension', { dimensions: [{ name: 'robot', value: 'x'.repeat(1025) }] }, /1025/],
  ['a dimension outside ASCII', { dimensions: [{ name: 'robot', value: 'Kölle' }] }, /ASCII/],
])('refuses %s with the reason, and lets the others go', (_, fields, reason) => {
  const packed = pack([metricRecord(1n), metricRecord(2n, fields), metricRecord(3n)]);
  expect(packed.parcels).toHaveLength(1);
  expect(dataIn(packed)).toHaveLength(2);
  expect(packed.refused.map(({ address }) => address.ordinal)).toEqual([1]);
  expect(packed.rejections).toMatchObject([{ address: { segment: 1, ordinal: 1 } }]);
  expect(packed.rejections[0]?.reason).toMatch(reason);
});

test('lets 30 dimensions and 2^360 pass', () => {
  expect(pack([metricRecord(1n, { dimensions: manyDimensions(30), value: 2 ** 360 })]).rejections).toEqual([]);
});

test('fills a request to exactly 1,000 data', () => {
  const packed = pack(Array.from({ length: 1_001 }, (_, index) => metricRecord(BigInt(index))));
  expect(packed.parcels.map(({ records }) => records.length)).toEqual([1_000, 1]);
});

test('fills a body to 1 MB: characters that JSON makes longer count as what they become', () => {
  const value = '"'.repeat(1_000);
  const dimensions = manyDimensions(30).map(({ name }) => ({ name, value }));
  const packed = pack(Array.from({ length: 100 }, (_, index) => metricRecord(BigInt(index), { dimensions })));
  expect(packed.refused).toEqual([]);
  expect(packed.parcels.length).toBeGreaterThan(5);
});

const value = fc.string({
  minLength: 1,
  maxLength: 1_024,
  size: 'max',
  unit: fc.constantFrom('a', '"', '\\', ' ', ':'),
});
const record = fc
  .record({
    value: fc.oneof(fc.double(), fc.double({ noNaN: true, min: -1e6, max: 1e6 })),
    values: fc.array(value, { maxLength: 32, size: 'max' }),
    unit: fc.constantFrom('percent', '', 'furlongs'),
  })
  .map(({ values, ...fields }) =>
    metricRecord(1_700_000_000_000_000_000n, {
      ...fields,
      dimensions: values.map((text, index) => ({ name: `d${index}`, value: text })),
    }),
  );

test('any records: each in one parcel or refused, every body within 1 MB as the SDK writes it', async () => {
  const bodyBytes = bodyMeter();
  let several = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(record, { maxLength: 200, size: 'max' }), async (records) => {
      const cached = cachedAll(records);
      const packed = packMetricBatch(metricDestination, new ListedRecords(cached), packing);
      const landed = [...packed.parcels.flatMap((parcel) => parcel.records), ...packed.refused];
      expect(landed).toHaveLength(cached.length);
      expect(new Set(landed)).toEqual(new Set(cached));
      if (packed.parcels.length > 1) several += 1;
      expect(packed.rejections.map(({ address }) => address)).toEqual(packed.refused.map(({ address }) => address));
      for (const { requests } of packed.parcels) {
        for (const { request, bytes } of requests) {
          if (request.kind !== 'metric') throw new Error('a log');
          const truth = await bodyBytes(request.data);
          expect(truth).toBeLessThanOrEqual(bytes);
          expect(bytes).toBeLessThanOrEqual(1_000_000);
          expect(request.data.every(({ dimensions }) => dimensions.length <= 30)).toBe(true);
          expect(request.data.every(({ value }) => Math.abs(value) <= 2 ** 360)).toBe(true);
        }
      }
    }),
    { numRuns: 20 },
  );
  // Else the limit was never met.
  expect(several).toBeGreaterThan(0);
});

/** The length of the body that the SDK would send, from its own serialiser; nothing is sent. */
function bodyMeter(): (data: readonly MetricDatumToSend[]) => Promise<number> {
  let length = 0;
  const client = new CloudWatchClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
    disableRequestCompression: true,
    requestHandler: {
      handle: (request: { readonly body: string | Uint8Array }) => {
        length = Buffer.byteLength(request.body);
        return Promise.reject(new Error('measured'));
      },
    },
  });
  return async (data) => {
    const MetricData = data.map((datum) => ({
      MetricName: datum.name,
      Timestamp: new Date(datum.timestampMs),
      Value: datum.value,
      Unit: 'Terabytes/Second' as const,
      Dimensions: datum.dimensions.map(({ name, value }) => ({ Name: name, Value: value })),
      StorageResolution: datum.storageResolutionS,
    }));
    await expect(client.send(new PutMetricDataCommand({ Namespace: 'rovers', MetricData }))).rejects.toThrow(
      'measured',
    );
    expect(length).toBeGreaterThan(0);
    return length;
  };
}

function pack(records: readonly MetricRecord[], how: MetricPacking = packing): PackedBatch {
  return packMetricBatch(metricDestination, new ListedRecords(cachedAll(records)), how);
}

function dataIn(packed: PackedBatch): readonly MetricDatumToSend[] {
  return packed.parcels.flatMap(({ requests }) =>
    requests.flatMap(({ request }) => (request.kind === 'metric' ? request.data : [])),
  );
}
