import { encodeLog } from '../codec/logMessage.js';
import { encodeMetricData } from '../codec/metricMessage.js';
import { ros2Channel, ros2LogChannel, ros2MetricDataSchemaName } from '../codec/schemas.js';
import type { LogDestination, MetricDestination } from '../model/Destination.js';
import type { Severity } from '../model/Severity.js';
import type { RecordToCache } from '../seams/Cache.js';

/** Records for the cache's tests, in the bytes that a robot sends. */
const account = { cloud: 'local', region: 'us-east-1', profile: '', endpoint: '' } as const;
export const testLogChannel = ros2LogChannel('/rosout');
export const testMetricChannel = ros2Channel('/battery', ros2MetricDataSchemaName);
export const testLogDestination: LogDestination = { kind: 'log', account, group: 'field', stream: 'rover' };
export const testMetricDestination: MetricDestination = { kind: 'metric', account, namespace: 'rovers' };
/** 2026-11-23. */
export const testStartNs = 1_795_392_000_000_000_000n;

export interface TestLog {
  readonly message: string;
  readonly stampNs?: bigint;
  readonly severity?: Severity;
  readonly node?: string;
  readonly destination?: LogDestination;
}

export function testLog(log: TestLog): RecordToCache {
  const { message, stampNs = testStartNs, severity = 'INFO', node = 'nav.planner' } = log;
  return {
    channel: testLogChannel,
    destination: log.destination ?? testLogDestination,
    receivedNs: stampNs + 1_000_000n,
    stampNs,
    data: encodeLog({ stampNs, severity, node, message }),
    kind: 'log',
    severity,
    label: node,
    origin: '',
  };
}

/** As a robot behind a server that speaks JSON says it: its bytes are never written anew. */
export function testJsonLog(log: TestLog): RecordToCache {
  const { stampNs = testStartNs, node = 'nav.planner', message } = log;
  const stamp = { sec: Number(stampNs / 1_000_000_000n), nanosec: Number(stampNs % 1_000_000_000n) };
  return {
    ...testLog(log),
    channel: { ...testLogChannel, messageEncoding: 'json', schemaEncoding: 'jsonschema' },
    data: Buffer.from(JSON.stringify({ stamp, level: 20, name: node, msg: message })),
  };
}

export function testMetric(name: string, value: number, stampNs = testStartNs): RecordToCache {
  return {
    channel: testMetricChannel,
    destination: testMetricDestination,
    receivedNs: stampNs + 1_000_000n,
    stampNs,
    data: encodeMetricData({ stampNs, name, unit: 'percent', value, dimensions: [] }),
    kind: 'metric',
    severity: null,
    label: name,
    origin: '',
  };
}
