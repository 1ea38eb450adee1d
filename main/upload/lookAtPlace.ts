import { ListMetricsCommand, type CloudWatchClient, type ListMetricsCommandOutput } from '@aws-sdk/client-cloudwatch';
import { DescribeLogStreamsCommand, type CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { LogDestination, MetricDestination } from '../model/Destination.js';
import type { PlaceReading } from '../seams/CloudSink.js';
import { sdkFailureOf } from './SdkFailure.js';

/** ListMetrics gives 500 an answer (its API reference): as many metrics as this are looked through. */
const metricPagesMax = 20;

/** Whether group and stream are there. Throws what the SDK throws. */
export async function lookAtLogs(
  client: CloudWatchLogsClient,
  { group, stream }: LogDestination,
  abortSignal: AbortSignal,
): Promise<PlaceReading> {
  try {
    // Names come in their order, and what equals the prefix comes before all that begins with it.
    const asked = { logGroupName: group, logStreamNamePrefix: stream, limit: 1 };
    const answer = await client.send(new DescribeLogStreamsCommand(asked), { abortSignal });
    return { type: 'log', group: true, stream: answer.logStreams?.[0]?.logStreamName === stream };
  } catch (error) {
    if (sdkFailureOf(error).name !== 'ResourceNotFound') throw error;
    return { type: 'log', group: false, stream: false };
  }
}

/**
 * The metrics of the namespace that had data in the last two weeks: older ones ListMetrics does not tell, and new ones not for
 * up to 15 minutes (its API reference). Throws what the SDK throws.
 */
export async function lookAtMetrics(
  client: CloudWatchClient,
  { namespace }: MetricDestination,
  abortSignal: AbortSignal,
): Promise<PlaceReading> {
  const metrics: Extract<PlaceReading, { type: 'metric' }>['metrics'][number][] = [];
  let next: string | undefined;
  for (let page = 0; page < metricPagesMax; page += 1) {
    const asked = { Namespace: namespace, ...(next === undefined ? {} : { NextToken: next }) };
    const answer: ListMetricsCommandOutput = await client.send(new ListMetricsCommand(asked), { abortSignal });
    for (const { MetricName: name, Dimensions } of answer.Metrics ?? []) {
      const dimensions = (Dimensions ?? []).map(({ Name = '', Value = '' }) => ({ name: Name, value: Value }));
      if (name !== undefined) metrics.push({ name, dimensions });
    }
    next = answer.NextToken;
    if (next === undefined) return { type: 'metric', metrics, complete: true };
  }
  return { type: 'metric', metrics, complete: false };
}
