// @ts-check
/**
 * The bare SDK in a loop, one request after the other: events and data that lie ready in memory, cut beforehand into requests of
 * the given size. Nothing is read from disk and nothing is written down.
 */
import { ListMetricsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeLogStreamsCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { serve } from '../../cache/workers/serve.mjs';
import { logsClient, metricsClient } from '../clients.mjs';
import { measured } from '../measured.mjs';
import { group, logEvents, metricData, namespace, stream } from '../records.mjs';

/** So many lie ready, and are sent round and round. */
const readyMax = 60_000;
const requestBytesMax = 1_048_576;
const eventOverheadBytes = 26;

serve(async ({ kind, count, endpoint, recordsMax }) => {
  const ready = Math.min(count, readyMax);
  if (kind === 'log') {
    const requests = cutLogs(logEvents(ready), recordsMax);
    const client = logsClient(endpoint);
    // The SDK loads much of itself at its first request.
    await client.send(new DescribeLogStreamsCommand({ logGroupName: group }));
    return sendAll(requests, count, (logEvents) =>
      client.send(new PutLogEventsCommand({ logGroupName: group, logStreamName: stream, logEvents })),
    );
  }
  const requests = cut(metricData(ready), recordsMax);
  const client = metricsClient(endpoint);
  await client.send(new ListMetricsCommand({ Namespace: namespace }));
  return sendAll(requests, count, (MetricData) =>
    client.send(new PutMetricDataCommand({ Namespace: namespace, MetricData })),
  );
});

/**
 * @template T
 * @param {T[][]} requests
 * @param {number} count
 * @param {(records: T[]) => Promise<unknown>} send
 */
function sendAll(requests, count, send) {
  return measured(count, async () => {
    for (let [sent, next] = [0, 0]; sent < count; next = (next + 1) % requests.length) {
      const records = (requests[next] ?? []).slice(0, count - sent);
      await send(records);
      sent += records.length;
    }
  });
}

/**
 * @param {ReturnType<typeof logEvents>} events
 * @param {number} recordsMax
 */
function cutLogs(events, recordsMax) {
  const requests = [];
  /** @type {typeof events} */
  let request = [];
  let bytes = 0;
  for (const event of events) {
    const eventBytes = Buffer.byteLength(event.message) + eventOverheadBytes;
    if (request.length === recordsMax || bytes + eventBytes > requestBytesMax) {
      requests.push(request);
      request = [];
      bytes = 0;
    }
    request.push(event);
    bytes += eventBytes;
  }
  // A last one that is not full would be sent again and again.
  if (requests.length === 0) requests.push(request);
  return requests;
}

/**
 * @template T
 * @param {T[]} records
 * @param {number} size
 */
function cut(records, size) {
  return Array.from({ length: Math.ceil(records.length / size) }, (_, place) =>
    records.slice(place * size, (place + 1) * size),
  );
}
