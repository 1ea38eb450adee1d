// @ts-check
/** The records of the upload benchmark: the cache benchmark's logs, and a health node's metrics. */
import { encodeMetricData } from '../../../build/main/codec/metricMessage.js';
import { ros2Channel, ros2MetricDataSchemaName } from '../../../build/main/codec/schemas.js';
import { LogMaker, Random, toRecord } from '../cache/records.mjs';

/** @typedef {import('../../../build/main/seams/Cache.js').RecordToCache} RecordToCache */

export const group = 'bench';
export const stream = 'rover';
export const namespace = 'bench';
const logStepNs = 500_000n;
const metricStepNs = 10_000_000n;
const robots = 4;

/** @param {string} endpoint */
export function accountAt(endpoint) {
  return { cloud: /** @type {const} */ ('aws'), region: 'us-east-1', profile: '', endpoint };
}

/** The stamps end now. @param {number} count @param {bigint} stepNs */
function firstStampNs(count, stepNs) {
  return BigInt(Date.now()) * 1_000_000n - BigInt(count) * stepNs;
}

/**
 * Batches of logs to be cached.
 * @param {number} count
 * @param {string} endpoint
 * @returns {Generator<RecordToCache[]>}
 */
export function* logBatches(count, endpoint) {
  const destination = { kind: /** @type {const} */ ('log'), account: accountAt(endpoint), group, stream };
  const maker = new LogMaker();
  const startNs = firstStampNs(count, logStepNs);
  for (let from = 0; from < count; from += 1_000) {
    const batch = [];
    for (let place = from; place < Math.min(count, from + 1_000); place += 1)
      batch.push({ ...toRecord(maker.next(), startNs + BigInt(place) * logStepNs), destination });
    yield batch;
  }
}

/** The same logs as events, as the originals wrote them. @param {number} count */
export function logEvents(count) {
  const maker = new LogMaker();
  const startNs = firstStampNs(count, logStepNs);
  return Array.from({ length: count }, (_, place) => {
    const { severity, node, message } = maker.next();
    const digits = String(startNs + BigInt(place) * logStepNs);
    const timestamp = Number(digits.slice(0, -6));
    const stamp = `${digits.slice(0, -9)}.${digits.slice(-9)}`;
    return { timestamp, message: `${stamp} ${severity} [node name: ${node}] ${message}\n` };
  });
}

const names = ['cpu_usage_tot', 'cpu_usage_core_0', 'cpu_usage_core_1', 'free_ram', 'total_ram', 'process_count'];

/** @param {number} count */
function* metrics(count) {
  const random = new Random(5);
  const startNs = firstStampNs(count, metricStepNs);
  for (let place = 0; place < count; place += 1) {
    yield {
      name: names[place % names.length] ?? '',
      unit: 'percent',
      value: Math.round(random.next() * 1e4) / 100,
      stampNs: startNs + BigInt(place) * metricStepNs,
      dimensions: [
        { name: 'robot_id', value: `rover-${place % robots}` },
        { name: 'category', value: 'RobotHealth' },
      ],
    };
  }
}

/**
 * Batches of metrics to be cached.
 * @param {number} count
 * @param {string} endpoint
 * @returns {Generator<RecordToCache[]>}
 */
export function* metricBatches(count, endpoint) {
  const destination = { kind: /** @type {const} */ ('metric'), account: accountAt(endpoint), namespace };
  const channel = ros2Channel('/metrics', ros2MetricDataSchemaName);
  /** @type {RecordToCache[]} */
  let batch = [];
  for (const metric of metrics(count)) {
    const { stampNs, name } = metric;
    batch.push({
      ...{
        channel,
        destination,
        stampNs,
        receivedNs: stampNs,
        data: encodeMetricData(metric),
        kind: /** @type {const} */ ('metric'),
      },
      ...{ severity: null, label: name, origin: '' },
    });
    if (batch.length < 1_000) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** @param {number} count */
export function metricData(count) {
  return Array.from(metrics(count), ({ name, value, stampNs, dimensions }) => ({
    MetricName: name,
    Timestamp: new Date(Number(stampNs / 1_000_000n)),
    Value: value,
    Unit: /** @type {const} */ ('Percent'),
    Dimensions: dimensions.map((dimension) => ({ Name: dimension.name, Value: dimension.value })),
    StorageResolution: 60,
  }));
}
