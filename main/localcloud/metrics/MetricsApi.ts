/**
 * The operations of Amazon CloudWatch (API version 2010-08-01) that this server answers. Each takes the JSON body as it
 * came and gives the output object, or throws an ApiError with AWS's code.
 */
import { z } from 'zod';
import type { LocalCloudStats } from '../LocalCloudStats.js';
import type { SegmentStore } from '../store/SegmentStore.js';
import { metricDataLine } from '../store/storeLines.js';
import { member, parseInput, wholeNumber } from '../wire/parseInput.js';
import { requestTooLargeError } from '../wire/readRequestBody.js';
import { unknownOperation } from '../wire/routeRequest.js';
import type { Dimension, MetricSeries, MetricStore, Observation } from './MetricStore.js';
import {
  aggregatePoints,
  cutIntoPeriods,
  percentileStatistic,
  simpleStatistic,
  type Period,
  type StatisticReader,
} from './aggregate.js';
import {
  invalidNextToken,
  invalidParameterCombination,
  invalidParameterValue,
  missingParameter,
  validationError,
} from './metricErrors.js';
import {
  EXTENDED_STATISTICS_MAX,
  LIST_METRICS_MAX,
  METRIC_DATAPOINTS_MAX,
  METRIC_QUERIES_MAX,
  METRIC_REQUEST_BYTES_MAX,
  METRIC_UNITS_ALLOWED,
  RECENTLY_ACTIVE_MS,
  STATISTICS_DATAPOINTS_MAX,
  SUB_MINUTE_AGE_MS_MAX,
  SUB_MINUTE_PERIOD_SECONDS_ALLOWED,
} from './metricLimits.js';
import { putMetricDataInput, validatePutMetricData } from './validatePutMetricData.js';

export interface MetricsApiContext {
  readonly metrics: MetricStore;
  readonly segments: SegmentStore;
  readonly stats: LocalCloudStats;
  readonly nowMs: () => number;
}

/** An output, with headers where the operation has some of its own. */
export interface MetricsOutput {
  readonly output: unknown;
  readonly headers?: Record<string, string>;
}

type MetricsOperation = (context: MetricsApiContext, body: Buffer) => MetricsOutput | Promise<MetricsOutput>;

const OPERATIONS: ReadonlyMap<string, MetricsOperation> = new Map<string, MetricsOperation>([
  ['GetMetricData', getMetricData],
  ['GetMetricStatistics', getMetricStatistics],
  ['ListMetrics', listMetrics],
  ['PutMetricData', putMetricData],
]);

/** Runs one operation. Throws ApiError; UnknownOperationException for an operation that is not answered here. */
export async function callMetrics(context: MetricsApiContext, operation: string, body: Buffer): Promise<MetricsOutput> {
  const run = OPERATIONS.get(operation);
  if (run === undefined) throw unknownOperation(`The local CloudWatch does not answer ${operation.slice(0, 200)}.`);
  return await run(context, body);
}

async function putMetricData(context: MetricsApiContext, body: Buffer): Promise<MetricsOutput> {
  const { metrics, segments, stats } = context;
  if (body.length > METRIC_REQUEST_BYTES_MAX) throw requestTooLargeError(body.length, METRIC_REQUEST_BYTES_MAX);
  const receivedMs = context.nowMs();
  const checked = validatePutMetricData(parseInput(putMetricDataInput, body), receivedMs);
  const memoryBytes = checked.data.reduce((bytes, datum) => bytes + observationBytes(datum.observation), 0);
  const segment = await segments.append(() => metricDataLine(receivedMs, body), memoryBytes, checked.data.length);
  metrics.add(checked.data, receivedMs, segment);
  stats.dataAccepted += checked.data.length;
  const failure = checked.entityFailure;
  return failure === undefined ? { output: {} } : { output: {}, headers: { 'x-amzn-failure-message': failure } };
}

/** Memory that a datum's numbers take, at eight bytes each. */
export function observationBytes(observation: Observation): number {
  return observation.kind === 'distribution' ? observation.values.length * 16 : 32;
}

const dimensionsInput = member(z.array(z.object({ Name: member(z.string()), Value: member(z.string()) })));

const listMetricsInput = z.object({
  Namespace: member(z.string()),
  MetricName: member(z.string()),
  Dimensions: dimensionsInput,
  RecentlyActive: member(z.string()),
  NextToken: member(z.string()),
});

function listMetrics({ metrics, nowMs }: MetricsApiContext, body: Buffer): MetricsOutput {
  const input = parseInput(listMetricsInput, body);
  if (input.RecentlyActive !== null && input.RecentlyActive !== undefined && input.RecentlyActive !== 'PT3H') {
    throw invalidParameterValue('The parameter RecentlyActive must be PT3H.');
  }
  const sinceMs = input.RecentlyActive === 'PT3H' ? nowMs() - RECENTLY_ACTIVE_MS : 0;
  const filters = (input.Dimensions ?? []).map(({ Name, Value }) => {
    if (Name === null || Name === undefined)
      throw missingParameter('The parameter Dimensions.member.1.Name is required.');
    return { name: Name, value: Value ?? undefined };
  });
  const found = metrics
    .all()
    .filter(
      (series) =>
        series.lastReceivedMs >= sinceMs &&
        (series.namespace === input.Namespace || (input.Namespace ?? undefined) === undefined) &&
        (series.name === input.MetricName || (input.MetricName ?? undefined) === undefined) &&
        filters.every((filter) => hasDimension(series, filter)),
    );
  const start = parseOffset(input.NextToken);
  const next = start + LIST_METRICS_MAX;
  return {
    output: {
      Metrics: found.slice(start, next).map((series) => ({
        Namespace: series.namespace,
        MetricName: series.name,
        Dimensions: series.dimensions.map(({ name, value }) => ({ Name: name, Value: value })),
      })),
      ...(next < found.length ? { NextToken: String(next) } : {}),
    },
  };
}

function hasDimension(series: MetricSeries, filter: { name: string; value: string | undefined }): boolean {
  return series.dimensions.some(
    ({ name, value }) => name === filter.name && (filter.value === undefined || filter.value === value),
  );
}

function parseOffset(token: string | null | undefined): number {
  if (token === null || token === undefined) return 0;
  if (!/^\d{1,9}$/.test(token)) throw invalidNextToken();
  return Number(token);
}

const getMetricStatisticsInput = z.object({
  Namespace: member(z.string()),
  MetricName: member(z.string()),
  Dimensions: dimensionsInput,
  StartTime: member(z.number()),
  EndTime: member(z.number()),
  Period: member(wholeNumber),
  Statistics: member(z.array(z.string())),
  ExtendedStatistics: member(z.array(z.string())),
  Unit: member(z.string()),
});

function getMetricStatistics({ metrics, nowMs }: MetricsApiContext, body: Buffer): MetricsOutput {
  const input = parseInput(getMetricStatisticsInput, body);
  const namespace = required(input.Namespace, 'Namespace');
  const name = required(input.MetricName, 'MetricName');
  const window = checkWindow(input.StartTime, input.EndTime);
  const periodMs = checkPeriod(required(input.Period, 'Period')) * 1000;
  const statistics = (input.Statistics ?? []).map((text) => readStatistic(text, simpleStatistic));
  const percentiles = (input.ExtendedStatistics ?? []).map((text) => readStatistic(text, percentileStatistic));
  if (statistics.length > 0 === percentiles.length > 0) {
    throw invalidParameterCombination('You must specify either Statistics or ExtendedStatistics, but not both.');
  }
  if (percentiles.length > EXTENDED_STATISTICS_MAX) {
    throw invalidParameterValue(
      `The collection ExtendedStatistics must not have a size greater than ${String(EXTENDED_STATISTICS_MAX)}.`,
    );
  }
  const datapoints = Math.ceil((window.endMs - window.startMs) / periodMs);
  if (datapoints > STATISTICS_DATAPOINTS_MAX) {
    throw invalidParameterCombination(
      `You have requested up to ${String(datapoints)} datapoints, which exceeds the limit of ${String(STATISTICS_DATAPOINTS_MAX)}. ` +
        'You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
    );
  }
  const series = metrics.find(namespace, name, readDimensions(input.Dimensions));
  const periods = seriesPeriods(series, window, periodMs, nowMs());
  return {
    output: {
      Label: name,
      Datapoints: periods.flatMap((period) => datapointsOf(period, input.Unit, statistics, percentiles)),
    },
  };
}

interface NamedStatistic {
  readonly name: string;
  readonly read: StatisticReader;
}

/** GetMetricStatistics answers each unit apart: CloudWatch does not convert, and does not mix (Unit, its reference). */
function datapointsOf(
  period: Period,
  unitWanted: string | null | undefined,
  statistics: readonly NamedStatistic[],
  percentiles: readonly NamedStatistic[],
): readonly unknown[] {
  const units = [...new Set(period.points.map((point) => point.unit))];
  return units
    .filter((unit) => unitWanted === null || unitWanted === undefined || unit === unitWanted)
    .map((unit) => {
      const aggregate = aggregatePoints(period.points.filter((point) => point.unit === unit));
      const values = (list: readonly NamedStatistic[]): Record<string, number | undefined> =>
        Object.fromEntries(list.map(({ name, read }) => [name, read(aggregate)]));
      return {
        Timestamp: period.startMs / 1000,
        ...values(statistics),
        ...(percentiles.length > 0 ? { ExtendedStatistics: values(percentiles) } : {}),
        Unit: unit,
      };
    });
}

const metricStatInput = z.object({
  Metric: member(
    z.object({ Namespace: member(z.string()), MetricName: member(z.string()), Dimensions: dimensionsInput }),
  ),
  Period: member(wholeNumber),
  Stat: member(z.string()),
  Unit: member(z.string()),
});

const metricQueryInput = z.object({
  Id: member(z.string()),
  Label: member(z.string()),
  Expression: member(z.string()),
  MetricStat: member(metricStatInput),
  ReturnData: member(z.boolean()),
});

const getMetricDataInput = z.object({
  MetricDataQueries: member(z.array(metricQueryInput)),
  StartTime: member(z.number()),
  EndTime: member(z.number()),
  ScanBy: member(z.string()),
  MaxDatapoints: member(wholeNumber),
  NextToken: member(z.string()),
});

type MetricQuery = z.output<typeof metricQueryInput>;

interface MetricDataResult {
  readonly Id: string;
  readonly Label: string;
  readonly StatusCode: string;
  readonly Timestamps: readonly number[];
  readonly Values: readonly number[];
}

function getMetricData({ metrics, nowMs }: MetricsApiContext, body: Buffer): MetricsOutput {
  const input = parseInput(getMetricDataInput, body);
  const queries = required(input.MetricDataQueries, 'MetricDataQueries');
  if (queries.length < 1 || queries.length > METRIC_QUERIES_MAX) {
    throw validationError(`MetricDataQueries must hold between 1 and ${String(METRIC_QUERIES_MAX)} queries.`);
  }
  const window = checkWindow(input.StartTime, input.EndTime);
  const scanBy = input.ScanBy ?? 'TimestampDescending';
  if (scanBy !== 'TimestampDescending' && scanBy !== 'TimestampAscending') {
    throw validationError('ScanBy must be TimestampDescending or TimestampAscending.');
  }
  const ids = new Set<string>();
  const results: MetricDataResult[] = [];
  for (const query of queries) {
    const id = checkQueryId(query.Id, ids);
    if (query.ReturnData === false) continue;
    results.push(answerQuery(metrics, query, id, window, scanBy === 'TimestampDescending', nowMs()));
  }
  const limit = input.MaxDatapoints ?? METRIC_DATAPOINTS_MAX;
  if (limit < 1 || limit > METRIC_DATAPOINTS_MAX) {
    throw validationError(`MaxDatapoints must be between 1 and ${String(METRIC_DATAPOINTS_MAX)}.`);
  }
  return { output: pageOfResults(results, limit, parseOffset(input.NextToken)) };
}

/** Id: letters, digits, underscore, a lowercase letter first, unique in the call (MetricDataQuery API reference). */
function checkQueryId(id: string | null | undefined, seen: Set<string>): string {
  if (id === null || id === undefined || !/^[a-z][a-zA-Z0-9_]{0,254}$/.test(id)) {
    throw validationError(`The value for query field "Id" is not valid: ${id ?? '(none)'}`);
  }
  if (seen.has(id)) throw validationError(`The values for parameter id in MetricDataQueries are not unique: ${id}`);
  seen.add(id);
  return id;
}

function answerQuery(
  metrics: MetricStore,
  query: MetricQuery,
  id: string,
  window: Window,
  newestFirst: boolean,
  nowMs: number,
): MetricDataResult {
  const stat = query.MetricStat ?? undefined;
  if (stat === undefined) {
    throw validationError(
      query.Expression === null || query.Expression === undefined
        ? `Either Expression or MetricStat must be given (query ${id}).`
        : `The local CloudWatch does not compute metric math or Metrics Insights (query ${id}).`,
    );
  }
  const metric = required(stat.Metric, 'MetricStat.Metric');
  const name = required(metric.MetricName, 'MetricStat.Metric.MetricName');
  const periodMs = checkPeriod(required(stat.Period, 'MetricStat.Period')) * 1000;
  const { read } = readStatistic(
    required(stat.Stat, 'MetricStat.Stat'),
    (text) => simpleStatistic(text) ?? percentileStatistic(text),
  );
  const namespace = required(metric.Namespace, 'MetricStat.Metric.Namespace');
  const series = metrics.find(namespace, name, readDimensions(metric.Dimensions));
  const unit = checkUnit(stat.Unit);
  const points = seriesPeriods(series, window, periodMs, nowMs).flatMap((period) => {
    const inUnit = unit === undefined ? period.points : period.points.filter((point) => point.unit === unit);
    const value = inUnit.length === 0 ? undefined : read(aggregatePoints(inUnit));
    return value === undefined ? [] : [{ timestamp: period.startMs / 1000, value }];
  });
  if (newestFirst) points.reverse();
  return {
    Id: id,
    Label: query.Label ?? name,
    StatusCode: 'Complete',
    Timestamps: points.map((point) => point.timestamp),
    Values: points.map((point) => point.value),
  };
}

/** Cuts the results, taken one after another, into pages of `limit` data points. */
function pageOfResults(results: readonly MetricDataResult[], limit: number, start: number): unknown {
  const end = start + limit;
  let position = 0;
  const page: MetricDataResult[] = [];
  for (const result of results) {
    const first = Math.max(start - position, 0);
    const last = Math.min(end - position, result.Values.length);
    const partial = position + result.Values.length > end;
    position += result.Values.length;
    if (last <= first && start > 0) continue;
    page.push({
      ...result,
      StatusCode: partial ? 'PartialData' : 'Complete',
      Timestamps: result.Timestamps.slice(first, Math.max(first, last)),
      Values: result.Values.slice(first, Math.max(first, last)),
    });
  }
  return { MetricDataResults: page, Messages: [], ...(end < position ? { NextToken: String(end) } : {}) };
}

interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

/** Start inclusive, end exclusive, both as given. */
function checkWindow(start: number | null | undefined, end: number | null | undefined): Window {
  const startMs = required(start, 'StartTime') * 1000;
  const endMs = required(end, 'EndTime') * 1000;
  if (startMs >= endMs) {
    throw invalidParameterCombination('The parameter StartTime must be less than the parameter EndTime.');
  }
  return { startMs, endMs };
}

/**
 * A series' points in periods. The start is rounded down to a whole minute, or to the period where that is below one
 * (StartTime, GetMetricStatistics API reference). Below a minute, older starts find nothing.
 */
function seriesPeriods(
  series: MetricSeries | undefined,
  window: Window,
  periodMs: number,
  nowMs: number,
): readonly Period[] {
  if (series === undefined) return [];
  if (periodMs < 60_000 && window.startMs < nowMs - SUB_MINUTE_AGE_MS_MAX) return [];
  const stepMs = Math.min(periodMs, 60_000);
  const startMs = Math.floor(window.startMs / stepMs) * stepMs;
  return cutIntoPeriods(series.inOrder(), startMs, window.endMs, periodMs);
}

function checkPeriod(seconds: number): number {
  if (seconds > 0 && (seconds % 60 === 0 || SUB_MINUTE_PERIOD_SECONDS_ALLOWED.has(seconds))) return seconds;
  throw invalidParameterValue('The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.');
}

function checkUnit(unit: string | null | undefined): string | undefined {
  if (unit === null || unit === undefined) return undefined;
  if (!METRIC_UNITS_ALLOWED.has(unit)) throw invalidParameterValue(`The value ${unit} for parameter Unit is invalid.`);
  return unit;
}

function readStatistic(name: string, find: (name: string) => StatisticReader | undefined): NamedStatistic {
  const read = find(name);
  if (read === undefined) {
    throw invalidParameterValue(`The statistic ${name} is not valid, or the local CloudWatch does not compute it.`);
  }
  return { name, read };
}

function readDimensions(
  given: readonly { Name?: string | null | undefined; Value?: string | null | undefined }[] | null | undefined,
): readonly Dimension[] {
  return (given ?? []).map(({ Name, Value }) => ({
    name: required(Name, 'Dimensions.member.Name'),
    value: required(Value, 'Dimensions.member.Value'),
  }));
}

function required<Value>(value: Value | null | undefined, path: string): Value {
  if (value === null || value === undefined) throw missingParameter(`The parameter ${path} is required.`);
  return value;
}
