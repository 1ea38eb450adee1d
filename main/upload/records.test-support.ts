import type { CloudAccount, LogDestination, MetricDestination } from '../model/Destination.js';
import type { LogRecord, MetricRecord } from '../model/Record.js';
import type { LogsConfig, MetricsConfig, SendingConfig } from '../model/RobotConfig.js';
import type { CachedRecord } from '../seams/Cache.js';

export const account: CloudAccount = { cloud: 'local', region: 'us-east-1', profile: '', endpoint: '' };
export const logDestination: LogDestination = { kind: 'log', account, group: 'field/team', stream: 'rover 1' };
export const metricDestination: MetricDestination = { kind: 'metric', account, namespace: 'rovers' };

export const logsConfig: LogsConfig = {
  group: 'field/team',
  stream: 'rover 1',
  publishPeriodMs: 5_000,
  subscribeRosout: true,
  topics: [],
  severityMin: 'DEBUG',
  isPlaceNamed: true,
  publishTopicNames: true,
  ignoreNodes: [],
  format: 'text',
  redactions: [],
  robot: 'rover',
};

export const metricsConfig: MetricsConfig = {
  namespace: 'rovers',
  topics: ['/metrics'],
  defaultDimensions: [],
  publishPeriodMs: 10_000,
  storageResolutionS: 60,
  statisticSets: false,
};

export const sendingConfig: SendingConfig = {
  accountId: '',
  onlyRegion: '',
  order: 'newest_first',
  limitBytesPerS: null,
  metered: 'laptop',
  sendsWhenMetered: [],
};

export function logRecord(stampNs: bigint, fields: Partial<LogRecord> = {}): LogRecord {
  return {
    kind: 'log',
    stampNs,
    receivedNs: stampNs,
    severity: 'INFO',
    node: 'nav.planner',
    message: 'path found',
    file: '',
    function: '',
    line: 0,
    topic: '/rosout',
    nodeTopics: [],
    ...fields,
  };
}

export function metricRecord(stampNs: bigint, fields: Partial<MetricRecord> = {}): MetricRecord {
  return {
    kind: 'metric',
    stampNs,
    receivedNs: stampNs,
    name: 'battery',
    unit: 'percent',
    value: 81.5,
    dimensions: [],
    topic: '/metrics',
    ...fields,
  };
}

/** Records as a cache gives them out. */
export function cachedAll(records: readonly (LogRecord | MetricRecord)[]): readonly CachedRecord[] {
  return records.map((record, ordinal) => ({
    address: { segment: 1, ordinal },
    channel: {
      topic: record.topic,
      messageEncoding: 'json',
      schemaName: 'test',
      schemaEncoding: 'jsonschema',
      schemaText: '',
    },
    destination: record.kind === 'log' ? logDestination : metricDestination,
    data: new Uint8Array(0),
    record,
    state: 'sending',
    reason: '',
    origin: '',
  }));
}
