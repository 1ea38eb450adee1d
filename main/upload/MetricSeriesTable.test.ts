import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MetricParts } from '../codec/MetricParts.js';
import { encodeMetricData, encodeMetricList, readMetricData, readMetricList } from '../codec/metricMessage.js';
import { ros2Channel, ros2MetricDataSchemaName, ros2MetricListChannel } from '../codec/schemas.js';
import type { MetricRecord } from '../model/Record.js';
import type { CachedRecord } from '../seams/Cache.js';
import type { MetricDatumToSend, WrittenData } from '../seams/CloudSink.js';
import { minuteOf, seriesKey } from './intents/intentOf.js';
import { dataOfBody } from './MetricBodyWriter.js';
import { datumOf } from './MetricSeriesTable.js';
import { packMetricBatch } from './packMetricBatch.js';
import { packStatisticSets } from './packStatisticSets.js';
import type { PackedBatch } from './Parcel.js';
import { cachedAll, metricDestination, metricRecord } from './records.test-support.js';
import { ListedRecords } from '../seams/ListedRecords.js';
import { StoredTogether } from './StoredTogether.test-support.js';

const nowNs = 1_764_000_000_123_456_789n;
const packing = { defaultDimensions: [{ name: 'robot', value: 'rover' }], storageResolutionS: 60 } as const;
const dataChannel = ros2Channel('/metric', ros2MetricDataSchemaName);
const listChannel = ros2MetricListChannel('/metrics');

/** As a ROS 2 robot's records lie in a cache: their bytes count. */
function stored(records: readonly MetricRecord[]): StoredTogether {
  const all = cachedAll(records).map((cached, index): CachedRecord => {
    const record = records[index];
    if (record === undefined) return cached;
    const [channel, data] =
      index % 3 === 0 ? [dataChannel, encodeMetricData(record)] : [listChannel, encodeMetricList([record])];
    return { ...cached, channel, data };
  });
  return new StoredTogether(all);
}

/** Everything that there is to know of a packed batch, with the records by their places. */
function told({ parcels, refused, rejections }: PackedBatch): unknown {
  return {
    parcels: parcels.map(({ records, requests }) => ({
      records: records.map(({ address }) => address.ordinal),
      requests: requests.map(({ request, ...rest }) => {
        if (request.kind !== 'metric') throw new Error('not metrics');
        return { destination: request.destination, data: request.data, ...rest };
      }),
    })),
    refused: refused.map(({ address }) => address.ordinal),
    rejections,
  };
}

const text = fc.constantFrom('a', 'battery', 'b"\\', '', ' ', 'é', 'x'.repeat(256), ':c', 'ab\u0001');
const record = fc.record({
  stampNs: fc.oneof(
    fc.bigInt({ min: nowNs - 30n * 86_400_000_000_000n, max: nowNs }),
    fc.constantFrom(0n, 5n, -1n, 999_999_999_999_999_999n, 1_000_000_000_000_000_000n),
  ),
  name: fc.oneof(fc.constantFrom('cpu', 'ram'), text),
  unit: fc.constantFrom('percent', '', 'furlongs', 'sec'),
  value: fc.oneof(fc.double(), fc.integer(), fc.constantFrom(NaN, Infinity, 2 ** 361, 1e21, 1e-7)),
  dimensions: fc.array(fc.record({ name: fc.oneof(fc.constantFrom('robot', 'core'), text), value: text }), {
    maxLength: 3,
  }),
});

test('a batch from stored bytes is the same as one made from records', () => {
  let requests = 0;
  fc.assert(
    fc.property(fc.array(record, { maxLength: 30 }), (fields) => {
      const records = fields.map(({ stampNs, ...rest }) => metricRecord(stampNs, rest));
      const straight = packMetricBatch(metricDestination, stored(records), packing);
      expect(told(straight)).toEqual(
        told(packMetricBatch(metricDestination, new ListedRecords(cachedAll(records)), packing)),
      );
      requests += straight.parcels.length;
      const sets = packStatisticSets(metricDestination, stored(records), packing);
      expect(told(sets)).toEqual(
        told(packStatisticSets(metricDestination, new ListedRecords(cachedAll(records)), packing)),
      );
    }),
    { numRuns: 500 },
  );
  expect(requests).toBeGreaterThan(100);
});

test('the body says of each record what its datum says, and the samples are those of its data', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 30 }), (fields) => {
      const cached = stored(fields.map(({ stampNs, ...rest }) => metricRecord(stampNs, rest)));
      for (const { records, requests } of packMetricBatch(metricDestination, cached, packing).parcels) {
        const [packed] = requests;
        if (packed?.request.written === undefined) throw new Error('not written');
        const data = dataOfBody(packed.request.written.body);
        const wanted = records.map(({ record: of }) => datumOf(of as MetricRecord, packing));
        // JSON knows no negative zero.
        expect(data).toEqual(wanted.map((datum) => ({ ...datum, value: datum.value + 0 })));
        const counts = new Map<string, number>();
        for (const datum of wanted) {
          const key = `${minuteOf(datum.timestampMs)} ${seriesKey(datum)}`;
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
        const samples = packed.samples.flatMap((of) =>
          Object.entries(of.counts).map(([key, count]) => [`${of.minute} ${key}`, count] as const),
        );
        expect(new Map(samples)).toEqual(counts);
        const times = wanted.map(({ timestampMs }) => timestampMs);
        const { fromMs, toMs, series } = packed.request.written as WrittenData;
        expect([fromMs, toMs]).toEqual([Math.min(...times), Math.max(...times)]);
        const names = (of: readonly Pick<MetricDatumToSend, 'name' | 'dimensions'>[]): ReadonlySet<string> =>
          new Set(of.map(({ name, dimensions }) => JSON.stringify([name, dimensions])));
        expect(names(series)).toEqual(names(wanted));
      }
    }),
    { numRuns: 300 },
  );
});

test('what robots write is not decoded, but for the first of a series', () => {
  const records = Array.from({ length: 12 }, (_, index) =>
    metricRecord(nowNs + BigInt(index), { name: `metric ${index % 2}`, value: index }),
  );
  let decoded = 0;
  const cached = stored(records).records.map((one) => ({
    ...one,
    get record() {
      decoded += 1;
      return one.record;
    },
  }));
  expect(packMetricBatch(metricDestination, new StoredTogether(cached), packing).parcels[0]?.records).toHaveLength(12);
  // Two names; as a list and by itself, their bytes are the same.
  expect(decoded).toBe(2);
});

test('the places of a metric message are found only where the reader reads, and hold what it reads', () => {
  const parts = new MetricParts();
  const mutated = fc
    .tuple(record, fc.boolean(), fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 6 }), fc.option(fc.nat(200)))
    .map(([{ stampNs, ...rest }, isList, changes, cut]) => {
      const metric = metricRecord(stampNs, rest);
      const data = isList ? encodeMetricList([metric]) : encodeMetricData(metric);
      for (const [at, byte] of changes) if (at < data.length) data[at] = byte;
      return { isList, data: cut === null ? data : data.subarray(0, cut) };
    });
  let found = 0;
  fc.assert(
    fc.property(mutated, ({ isList, data }) => {
      if (!parts.find(data, isList)) return;
      found += 1;
      const list = isList ? readMetricList(data) : [readMetricData(data)];
      expect(list).toHaveLength(1);
      const [read] = list ?? [];
      expect(read).toMatchObject({
        value: parts.valueIn(data),
        time_stamp: { sec: parts.sec, nanosec: parts.nanosec },
      });
    }),
    { numRuns: 2_000 },
  );
  expect(found).toBeGreaterThan(100);
});
