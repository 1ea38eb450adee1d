import {
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
  type MetricDatum,
  type PutMetricDataCommandInput,
  type PutMetricDataCommandOutput,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failureOf, startTestCloud, type TestCloud } from '../testClients.js';

const NOW_MS = Date.UTC(2026, 5, 1, 12);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let test: TestCloud;
let namespaceNumber = 0;
let namespace = '';

beforeAll(async () => {
  test = await startTestCloud({ clock: { nowMs: () => NOW_MS } });
});

afterAll(() => test.stop());

beforeEach(() => {
  namespaceNumber += 1;
  namespace = `rovers/${namespaceNumber}`;
});

function put(
  data: readonly Partial<MetricDatum>[],
  rest: Partial<PutMetricDataCommandInput> = {},
): Promise<PutMetricDataCommandOutput> {
  const MetricData = data.map((datum): MetricDatum => ({ MetricName: 'cpu', ...datum }));
  return test.metrics.send(new PutMetricDataCommand({ Namespace: namespace, MetricData, ...rest }));
}

const time = (offsetMs: number): Date => new Date(NOW_MS + offsetMs);
const dimensions = (count: number): { Name: string; Value: string }[] =>
  Array.from({ length: count }, (_, index) => ({ Name: `d${index}`, Value: 'v' }));
const values = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('PutMetricData: one bad datum fails the request', () => {
  const value = 'InvalidParameterValueException';
  const missing = 'MissingRequiredParameterException';
  const combination = 'InvalidParameterCombinationException';
  const good = { Value: 1 };
  const cases: readonly [what: string, datum: Partial<MetricDatum>, name: string, text: RegExp][] = [
    ['NaN', { Value: Number.NaN }, value, /The value NaN for parameter MetricData\.member\.2\.Value is invalid/],
    ['Infinity', { Value: Number.POSITIVE_INFINITY }, value, /Infinity/],
    ['-Infinity in Values', { Values: [1, Number.NEGATIVE_INFINITY] }, value, /Values\.member\.2/],
    ['above 2^360', { Value: 2 ** 361 }, value, /Value is invalid/],
    ['below -2^360', { Value: -(2 ** 361) }, value, /Value is invalid/],
    [
      'NaN in a statistic set',
      { StatisticValues: { SampleCount: 1, Sum: Number.NaN, Minimum: 1, Maximum: 1 } },
      value,
      /StatisticValues\.Sum/,
    ],
    [
      '31 dimensions',
      { ...good, Dimensions: dimensions(31) },
      value,
      /Dimensions must not have a size greater than 30/,
    ],
    [
      'a dimension name of 256',
      { ...good, Dimensions: [{ Name: 'n'.repeat(256), Value: 'v' }] },
      value,
      /Name must be shorter/,
    ],
    [
      'a dimension value of 1,025',
      { ...good, Dimensions: [{ Name: 'n', Value: 'v'.repeat(1025) }] },
      value,
      /Value must be shorter/,
    ],
    ['a dimension value that is not ASCII', { ...good, Dimensions: [{ Name: 'n', Value: 'Grüße' }] }, value, /ASCII/],
    [
      'a dimension value with a control character',
      { ...good, Dimensions: [{ Name: 'n', Value: 'a\tb' }] },
      value,
      /ASCII/,
    ],
    ['an empty dimension value', { ...good, Dimensions: [{ Name: 'n', Value: '' }] }, value, /non-whitespace/],
    ['a blank dimension value', { ...good, Dimensions: [{ Name: 'n', Value: '  ' }] }, value, /non-whitespace/],
    ['an empty dimension name', { ...good, Dimensions: [{ Name: '', Value: 'v' }] }, value, /non-whitespace/],
    ['a dimension name with a colon first', { ...good, Dimensions: [{ Name: ':n', Value: 'v' }] }, value, /:n/],
    [
      'a dimension named twice',
      {
        ...good,
        Dimensions: [
          { Name: 'n', Value: '1' },
          { Name: 'n', Value: '2' },
        ],
      },
      value,
      /twice/,
    ],
    ['an empty metric name', { ...good, MetricName: '' }, value, /MetricName/],
    ['a metric name of 256', { ...good, MetricName: 'm'.repeat(256) }, value, /MetricName/],
    ['no metric name', { ...good, MetricName: undefined }, missing, /MetricName is required/],
    ['151 values', { Values: values(151) }, value, /Values must not have a size greater than 150/],
    ['values and counts of other lengths', { Values: [1, 2], Counts: [1] }, value, /same size/],
    ['a negative count', { Values: [1], Counts: [-1] }, value, /Counts\.member\.1/],
    ['counts without values', { Value: 1, Counts: [1] }, combination, /Counts/],
    ['value and values', { Value: 1, Values: [1] }, value, /mutually exclusive/],
    [
      'value and statistics',
      { Value: 1, StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 } },
      combination,
      /mutually exclusive/,
    ],
    ['nothing measured', {}, missing, /must be specified/],
    ['no values', { Values: [] }, missing, /must be specified/],
    [
      'half a statistic set',
      { StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 1 } as never },
      missing,
      /Maximum is required/,
    ],
    ['a unit of its own', { ...good, Unit: 'Celsius' as never }, value, /Celsius/],
    ['a storage resolution of 30', { ...good, StorageResolution: 30 }, value, /1 or 60/],
    ['over 14 days old', { ...good, Timestamp: time(-14 * DAY_MS - 1000) }, value, /within the past two weeks/],
    ['over 2 hours ahead', { ...good, Timestamp: time(2 * HOUR_MS + 1000) }, value, /two hours in the future/],
  ];
  it.each(cases)('%s', async (_what, datum, name, text) => {
    const error = await failureOf(put([good, datum, good]));
    expect(error.name).toBe(name);
    expect(error.Code).toBe(
      name.replace(/RequiredParameterException|Exception/, (end) => (end === 'Exception' ? '' : 'Parameter')),
    );
    expect(error.message).toMatch(text);
    expect(test.cloud.metricData(namespace)).toEqual([]);
  });

  const requests: readonly [what: string, count: number, rest: Partial<PutMetricDataCommandInput>, name: string][] = [
    ['1,001 data', 1001, {}, value],
    ['no data', 0, {}, missing],
    ['no namespace', 1, { Namespace: undefined }, missing],
    ['an AWS namespace', 1, { Namespace: 'AWS/EC2' }, value],
    ['a colon first', 1, { Namespace: ':mine' }, value],
    ['an empty namespace', 1, { Namespace: '' }, value],
    ['a namespace of 256', 1, { Namespace: 'n'.repeat(256) }, value],
    ['a namespace that is not ASCII', 1, { Namespace: 'Räume' }, value],
    ['entities without StrictEntityValidation', 1, { EntityMetricData: [] }, missing],
  ];
  it.each(requests)('%s', async (_what, count, rest, name) => {
    const data = Array.from({ length: count }, () => good);
    expect((await failureOf(put(data, rest))).name).toBe(name);
  });

  it('over 1 MB after gunzip', async () => {
    const data = Array.from({ length: 1000 }, () => ({
      ...good,
      Dimensions: [{ Name: 'n', Value: 'v'.repeat(1024) }],
    }));
    const error = await failureOf(put(data));
    expect(error.name).toBe('RequestEntityTooLarge');
    expect(error.message).toMatch(/exceeded 1048576 bytes/);
    expect(test.cloud.stats().bytesIn).toBeLessThan(200_000);
  });

  it('takes what lies exactly on the limits', async () => {
    await put([
      { Value: 2 ** 360, Timestamp: time(-14 * DAY_MS), Dimensions: dimensions(30), Unit: 'Bytes/Second' },
      { Value: -(2 ** 360), Timestamp: time(2 * HOUR_MS), StorageResolution: 1 },
      { Values: values(150), Counts: values(150) },
      { MetricName: 'm'.repeat(255), Value: 0, Dimensions: [{ Name: 'n'.repeat(255), Value: 'v'.repeat(1024) }] },
    ]);
    await put(Array.from({ length: 1000 }, () => good));
    expect(test.cloud.metricData(namespace)).toHaveLength(1004);
  });

  it('refuses a bad entity, or takes the data without it', async () => {
    const EntityMetricData = [{ Entity: {}, MetricData: [{ MetricName: 'cpu', Value: 1 }] }];
    const strict = failureOf(put([], { EntityMetricData, StrictEntityValidation: true }));
    expect((await strict).message).toBe('InvalidKeyAttributes');
    await put([], { EntityMetricData, StrictEntityValidation: false });
    expect(test.cloud.metricData(namespace)).toHaveLength(1);
  });
});

describe('reading', () => {
  const dims = [
    { Name: 'robot', Value: 'r1' },
    { Name: 'joint', Value: 'j2' },
  ];

  beforeEach(async () => {
    const at = (offsetMs: number): { Dimensions: typeof dims; Timestamp: Date } => ({
      Dimensions: dims,
      Timestamp: time(offsetMs),
    });
    await put([
      { ...at(-10 * MINUTE_MS), Value: 1 },
      { ...at(-10 * MINUTE_MS + 30_000), Value: 3 },
      { ...at(-8 * MINUTE_MS), Values: [10, 20], Counts: [9, 1] },
      { ...at(-6 * MINUTE_MS), StatisticValues: { SampleCount: 4, Sum: 10, Minimum: 1, Maximum: 5 } },
    ]);
  });

  const window = { StartTime: time(-HOUR_MS), EndTime: time(0) };

  it('ListMetrics names each metric once', async () => {
    await put([{ Value: 1, MetricName: 'battery' }]);
    const all = await test.metrics.send(new ListMetricsCommand({ Namespace: namespace }));
    expect(all.Metrics?.map((metric) => metric.MetricName)).toEqual(['cpu', 'battery']);
    const byDimension = await test.metrics.send(
      new ListMetricsCommand({ Namespace: namespace, Dimensions: [{ Name: 'joint' }], RecentlyActive: 'PT3H' }),
    );
    expect(byDimension.Metrics).toEqual([
      {
        Namespace: namespace,
        MetricName: 'cpu',
        Dimensions: [
          { Name: 'joint', Value: 'j2' },
          { Name: 'robot', Value: 'r1' },
        ],
      },
    ]);
  });

  it('ListMetrics answers in pages of 500', async () => {
    await put(Array.from({ length: 600 }, (_, index) => ({ MetricName: `m${index}`, Value: 1 })));
    const first = await test.metrics.send(new ListMetricsCommand({ Namespace: namespace }));
    const second = await test.metrics.send(
      new ListMetricsCommand({ Namespace: namespace, NextToken: first.NextToken }),
    );
    expect([first.Metrics?.length, second.Metrics?.length, second.NextToken]).toEqual([500, 101, undefined]);
  });

  it('GetMetricStatistics: five statistics by period', async () => {
    const output = await test.metrics.send(
      new GetMetricStatisticsCommand({
        Namespace: namespace,
        MetricName: 'cpu',
        Dimensions: dims.toReversed(),
        ...window,
        Period: 60,
        Statistics: ['Sum', 'SampleCount', 'Average', 'Minimum', 'Maximum'],
      }),
    );
    expect(output.Datapoints).toEqual([
      { Timestamp: time(-10 * MINUTE_MS), Sum: 4, SampleCount: 2, Average: 2, Minimum: 1, Maximum: 3, Unit: 'None' },
      {
        Timestamp: time(-8 * MINUTE_MS),
        Sum: 110,
        SampleCount: 10,
        Average: 11,
        Minimum: 10,
        Maximum: 20,
        Unit: 'None',
      },
      { Timestamp: time(-6 * MINUTE_MS), Sum: 10, SampleCount: 4, Average: 2.5, Minimum: 1, Maximum: 5, Unit: 'None' },
    ]);
  });

  it('GetMetricStatistics: percentiles where raw values are there', async () => {
    const output = await test.metrics.send(
      new GetMetricStatisticsCommand({
        Namespace: namespace,
        MetricName: 'cpu',
        Dimensions: dims,
        ...window,
        Period: 60,
        ExtendedStatistics: ['p50', 'p99.9'],
      }),
    );
    expect(output.Datapoints?.map((point) => point.ExtendedStatistics)).toEqual([
      { p50: 1, 'p99.9': 3 },
      { p50: 10, 'p99.9': 20 },
      {},
    ]);
  });

  it('GetMetricData: statistics, order and pages', async () => {
    const query = (Id: string, Stat: string): object => ({
      Id,
      MetricStat: { Metric: { Namespace: namespace, MetricName: 'cpu', Dimensions: dims }, Period: 60, Stat },
    });
    const MetricDataQueries = [query('sum', 'Sum'), query('p90', 'p90')] as never;
    const all = await test.metrics.send(new GetMetricDataCommand({ ...window, MetricDataQueries }));
    expect(all.MetricDataResults?.map((result) => [result.Id, result.Values, result.StatusCode])).toEqual([
      ['sum', [10, 110, 4], 'Complete'],
      ['p90', [10, 3], 'Complete'],
    ]);
    const page = await test.metrics.send(
      new GetMetricDataCommand({ ...window, MetricDataQueries, MaxDatapoints: 2, ScanBy: 'TimestampAscending' }),
    );
    expect(page.MetricDataResults?.[0]).toMatchObject({ Values: [4, 110], StatusCode: 'PartialData' });
    const rest = await test.metrics.send(
      new GetMetricDataCommand({
        ...window,
        MetricDataQueries,
        ScanBy: 'TimestampAscending',
        NextToken: page.NextToken,
      }),
    );
    expect(rest.MetricDataResults?.map((result) => result.Values)).toEqual([[10], [3, 10]]);
    expect(rest.NextToken).toBeUndefined();
  });

  it('counts a datum sent twice as two samples, as CloudWatch does', async () => {
    const datum = { MetricName: 'twice', Value: 5, Timestamp: time(-MINUTE_MS) };
    await put([datum]);
    await put([datum]);
    const output = await test.metrics.send(
      new GetMetricStatisticsCommand({
        Namespace: namespace,
        MetricName: 'twice',
        ...window,
        Period: 60,
        Statistics: ['Sum', 'SampleCount'],
      }),
    );
    expect(output.Datapoints?.[0]).toMatchObject({ Sum: 10, SampleCount: 2 });
  });

  const badReads: readonly [what: string, input: object, name: string][] = [
    [
      'both kinds of statistics',
      { Statistics: ['Sum'], ExtendedStatistics: ['p50'] },
      'InvalidParameterCombinationException',
    ],
    ['none', {}, 'InvalidParameterCombinationException'],
    ['an unknown statistic', { Statistics: ['Median'] }, 'InvalidParameterValueException'],
    ['p101', { ExtendedStatistics: ['p101'] }, 'InvalidParameterValueException'],
    ['a period of 90 s', { Statistics: ['Sum'], Period: 90 }, 'InvalidParameterValueException'],
    ['a start after the end', { Statistics: ['Sum'], StartTime: time(1000) }, 'InvalidParameterCombinationException'],
    [
      '1,441 data points',
      { Statistics: ['Sum'], StartTime: time(-1441 * MINUTE_MS) },
      'InvalidParameterCombinationException',
    ],
  ];
  it.each(badReads)('GetMetricStatistics refuses %s', async (_what, input, name) => {
    const command = new GetMetricStatisticsCommand({
      Namespace: namespace,
      MetricName: 'cpu',
      Period: 60,
      ...window,
      ...input,
    });
    expect((await failureOf(test.metrics.send(command))).name).toBe(name);
  });

  it('refuses metric math and operations that it does not answer', async () => {
    const math = new GetMetricDataCommand({ ...window, MetricDataQueries: [{ Id: 'e', Expression: 'SUM(m)' }] });
    expect((await failureOf(test.metrics.send(math))).message).toMatch(/metric math/);
    expect((await failureOf(test.metrics.send(new DescribeAlarmsCommand()))).name).toBe('UnknownOperationException');
  });
});

it('gunzips what the SDK compresses', async () => {
  const before = test.cloud.stats().bytesIn;
  await put(Array.from({ length: 1000 }, (_, index) => ({ Value: index, Dimensions: dimensions(3) })));
  expect(test.cloud.metricData(namespace)).toHaveLength(1000);
  expect(test.cloud.stats().bytesIn - before).toBeLessThan(30_000);
});
