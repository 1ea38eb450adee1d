import { type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { cloudWatchUnit } from '../model/cloudWatchUnit.js';
import type { MetricDatumToSend, SinkRequest } from '../seams/CloudSink.js';
import { withWrittenBody } from './withWrittenBody.js';

export function putMetricDataOf(request: Extract<SinkRequest, { kind: 'metric' }>): PutMetricDataCommand {
  const { destination, written } = request;
  const Namespace = destination.namespace;
  if (written !== undefined) {
    return withWrittenBody(new PutMetricDataCommand({ Namespace, MetricData: [] }), written.body);
  }
  return new PutMetricDataCommand({ Namespace, MetricData: request.data.map(datumOf) });
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
