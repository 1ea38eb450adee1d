import { GetMetricStatisticsCommand, type CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { cloudWatchUnit } from '../model/cloudWatchUnit.js';
import type { MetricDestination } from '../model/Destination.js';
import type { MetricDatumToSend, SamplesReading } from '../seams/CloudSink.js';

const minuteMs = 60_000;

/** CloudWatch's sample count of the minute that the datum falls in, for its series. Throws what the SDK throws. */
export async function countSamples(
  client: CloudWatchClient,
  { namespace }: MetricDestination,
  datum: MetricDatumToSend,
  abortSignal: AbortSignal,
): Promise<SamplesReading> {
  const startMs = Math.floor(datum.timestampMs / minuteMs) * minuteMs;
  const answer = await client.send(
    new GetMetricStatisticsCommand({
      Namespace: namespace,
      MetricName: datum.name,
      Dimensions: datum.dimensions.map(({ name, value }) => ({ Name: name, Value: value })),
      StartTime: new Date(startMs),
      EndTime: new Date(startMs + minuteMs),
      Period: minuteMs / 1000,
      Statistics: ['SampleCount'],
      Unit: cloudWatchUnit(datum.unit),
    }),
    { abortSignal },
  );
  const samples = (answer.Datapoints ?? []).reduce((sum, { SampleCount = 0 }) => sum + SampleCount, 0);
  return { type: 'counted', samples };
}
