import type { LocalCloudStats } from '../LocalCloudStats.js';
import type { LogStore } from '../logs/LogStore.js';
import { checkLogEventShapes } from '../logs/validatePutLogEvents.js';
import type { MetricStore } from '../metrics/MetricStore.js';
import { observationBytes } from '../metrics/MetricsApi.js';
import { putMetricDataInput, validatePutMetricData } from '../metrics/validatePutMetricData.js';
import type { LoadedLine } from './SegmentStore.js';
import { storeLineSchema, type StoreLine } from './storeLines.js';

export interface LoadTarget {
  readonly logs: LogStore;
  readonly metrics: MetricStore;
  readonly stats: LocalCloudStats;
}

const NOTHING: LoadedLine = { memoryBytes: 0, records: 0 };

/** Puts one stored line back into memory. Throws for a line that is not one of ours. */
export function loadStoreLine(target: LoadTarget, line: unknown, segment: number): LoadedLine {
  const parsed = storeLineSchema.parse(line);
  const { logs } = target;
  switch (parsed.kind) {
    case 'log-group': {
      const group = logs.restoreGroup(parsed.name, parsed.creationTimeMs);
      group.retentionDays = parsed.retentionDays;
      for (const [key, value] of Object.entries(parsed.tags)) group.tags.set(key, value);
      return NOTHING;
    }
    case 'log-stream':
      logs.restoreStream(parsed.groupName, parsed.name, parsed.creationTimeMs);
      return NOTHING;
    case 'log-group-deleted':
      logs.groups.delete(parsed.name);
      return NOTHING;
    case 'log-events':
      return loadLogEvents(target, parsed, segment);
    case 'metric-data':
      return loadMetricData(target, parsed, segment);
  }
}

type LineOf<Kind extends StoreLine['kind']> = Extract<StoreLine, { kind: Kind }>;

function loadLogEvents({ logs, stats }: LoadTarget, line: LineOf<'log-events'>, segment: number): LoadedLine {
  const { ingestionTimeMs } = line;
  const events = checkLogEventShapes(line.request.logEvents).events.slice(line.from, line.to);
  const memoryBytes = events.reduce((bytes, event) => bytes + Buffer.byteLength(event.message, 'utf8'), 0);
  const stream = logs.restoreStream(line.groupName, line.streamName, ingestionTimeMs);
  logs.addEvents(stream, events, { ingestionTimeMs, segment }, memoryBytes);
  stats.eventsLoaded += events.length;
  return { memoryBytes, records: events.length };
}

function loadMetricData({ metrics, stats }: LoadTarget, line: LineOf<'metric-data'>, segment: number): LoadedLine {
  // Checked against the time of receipt, as when it was taken: data two weeks old by now are still good.
  const { data } = validatePutMetricData(putMetricDataInput.parse(line.request), line.receivedMs);
  metrics.add(data, line.receivedMs, segment);
  stats.dataLoaded += data.length;
  const memoryBytes = data.reduce((bytes, datum) => bytes + observationBytes(datum.observation), 0);
  return { memoryBytes, records: data.length };
}
