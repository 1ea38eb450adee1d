import { type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { cloudWatchUnit } from '../model/cloudWatchUnit.js';
import type { MetricDatumToSend, SinkRequest } from '../seams/CloudSink.js';
import { withWrittenBody } from './withWrittenBody.js';

type MetricRequest = Extract<SinkRequest, { kind: 'metric' }>;

export function putMetricDataOf(request: MetricRequest): PutMetricDataCommand {
  const { destination, written } = request;
  const Namespace = destination.namespace;
  if (written !== undefined) {
    return withWrittenBody(new PutMetricDataCommand({ Namespace, MetricData: [] }), written.body);
  }
  return new PutMetricDataCommand({ Namespace, MetricData: request.data.map(datumOf) });
}

/** The whole body of the request, in JSON. */
export function metricBodyOf({ destination, data, written }: MetricRequest): Uint8Array {
  if (written !== undefined) return written.body;
  // A time in the JSON protocols of AWS is in seconds.
  const MetricData = data.map((datum) => ({ ...datumOf(datum), Timestamp: datum.timestampMs / 1_000 }));
  return Buffer.from(JSON.stringify({ Namespace: destination.namespace, MetricData }));
}

function datumOf(datum: MetricDatumToSend): MetricDatum {
  return {
    MetricName: datum.name,
    Timestamp: new Date(datum.timestampMs),
    ...valueOf(datum),
    Unit: cloudWatchUnit(datum.unit),
    Dimensions: datum.dimensions.map(({ name, value }) => ({ Name: name, Value: value })),
    StorageResolution: datum.storageResolutionS,
  };
}

function valueOf({ value, statistics }: MetricDatumToSend): Pick<MetricDatum, 'Value' | 'StatisticValues'> {
  if (statistics === undefined) return { Value: value };
  const { sampleCount, sum, minimum, maximum } = statistics;
  return { StatisticValues: { SampleCount: sampleCount, Sum: sum, Minimum: minimum, Maximum: maximum } };
}
