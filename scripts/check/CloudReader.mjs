// @ts-check
/**
 * Reads back what arrived at a CloudWatch on loopback, through the API that everyone has: the AWS SDK, no word from the app.
 */
import { CloudWatchClient, GetMetricStatisticsCommand, paginateListMetrics } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  GetLogEventsCommand,
  paginateDescribeLogGroups,
  paginateDescribeLogStreams,
} from '@aws-sdk/client-cloudwatch-logs';

/** GetLogEvents gives at most so many at once. */
const eventsPerPage = 10_000;
/** What is read back was sent just now; its stamps may lie a little before or after. */
const metricWindowBackMs = 2 * 3_600_000;
const metricWindowAheadMs = 600_000;

/** Servers on loopback take any key, but the SDK wants one. */
export const loopbackCredentials = { accessKeyId: 'loopback', secretAccessKey: 'loopback' };

/**
 * @typedef {object} ReadEvent
 * @property {string} group
 * @property {string} stream
 * @property {number} timestamp ms since the epoch
 * @property {string} message
 */

export class CloudReader {
  #logs;
  #metrics;

  /**
   * @param {string} endpoint
   * @param {string} [region]
   */
  constructor(endpoint, region = 'us-east-1') {
    const options = { endpoint, region, credentials: loopbackCredentials };
    this.#logs = new CloudWatchLogsClient(options);
    this.#metrics = new CloudWatchClient(options);
  }

  /**
   * Every event of every stream.
   * @returns {Promise<ReadEvent[]>}
   */
  async logEvents() {
    const all = [];
    for (const { group, stream } of await this.#streams()) {
      for await (const events of this.#pages(group, stream)) {
        for (const event of events) {
          all.push({ group, stream, timestamp: event.timestamp ?? 0, message: event.message ?? '' });
        }
      }
    }
    return all;
  }

  /** @returns {Promise<number>} */
  async countLogs() {
    let count = 0;
    for (const { group, stream } of await this.#streams()) {
      for await (const events of this.#pages(group, stream)) count += events.length;
    }
    return count;
  }

  /**
   * Samples of every metric of every namespace: CloudWatch keeps counts, not the single values.
   * @returns {Promise<number>}
   */
  async countMetricSamples() {
    let samples = 0;
    for (const metric of await this.#listMetrics()) {
      const { Datapoints = [] } = await this.#metrics.send(
        new GetMetricStatisticsCommand({
          Namespace: metric.Namespace,
          MetricName: metric.MetricName,
          Dimensions: metric.Dimensions,
          StartTime: new Date(Date.now() - metricWindowBackMs),
          EndTime: new Date(Date.now() + metricWindowAheadMs),
          Period: 60,
          Statistics: ['SampleCount'],
        }),
      );
      for (const point of Datapoints) samples += point.SampleCount ?? 0;
    }
    return samples;
  }

  /** @returns {Promise<string[]>} */
  async metricNames() {
    return (await this.#listMetrics()).map((metric) => metric.MetricName ?? '');
  }

  close() {
    this.#logs.destroy();
    this.#metrics.destroy();
  }

  /** Each metric once: some servers list one several times. */
  async #listMetrics() {
    /** @type {Map<string, import('@aws-sdk/client-cloudwatch').Metric>} */
    const metrics = new Map();
    for await (const page of paginateListMetrics({ client: this.#metrics }, {})) {
      for (const metric of page.Metrics ?? []) metrics.set(JSON.stringify(metric), metric);
    }
    return [...metrics.values()];
  }

  async #streams() {
    const streams = [];
    for await (const page of paginateDescribeLogGroups({ client: this.#logs }, {})) {
      for (const { logGroupName: group = '' } of page.logGroups ?? []) {
        for await (const inner of paginateDescribeLogStreams({ client: this.#logs }, { logGroupName: group })) {
          for (const { logStreamName: stream = '' } of inner.logStreams ?? []) streams.push({ group, stream });
        }
      }
    }
    return streams;
  }

  /**
   * From the oldest on. The last page is the one whose token leads to itself.
   * @param {string} group
   * @param {string} stream
   */
  async *#pages(group, stream) {
    /** @type {string | undefined} */
    let token;
    for (;;) {
      const page = await this.#logs.send(
        new GetLogEventsCommand({
          logGroupName: group,
          logStreamName: stream,
          startFromHead: true,
          limit: eventsPerPage,
          ...(token === undefined ? {} : { nextToken: token }),
        }),
      );
      yield page.events ?? [];
      if (page.nextForwardToken === undefined || page.nextForwardToken === token) return;
      token = page.nextForwardToken;
    }
  }
}
