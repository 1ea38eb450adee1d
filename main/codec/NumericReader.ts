import { parse } from '@foxglove/rosmsg';
import { MessageReader } from '@foxglove/rosmsg2-serialization';
import { diagnosticArrayName, type NumericRule } from '../model/NumericRule.js';
import { encodeMetricList, type MetricToEncode } from './metricMessage.js';
import { numericTypeTexts } from './numericTypes.js';
import { stampOrReceiptNs } from './rosTime.js';

/**
 * From a message of a numeric type to the MetricList that stands for it from then on: on disk, on the page and in CloudWatch. A
 * number that is none (NaN, as BatteryState has for what a battery does not measure) gives no metric.
 */
export interface NumericReader {
  /** CDR bytes of a MetricList; null for bytes that are not of the type. `empty` when the message has no numbers. */
  read(data: Uint8Array, receivedNs: bigint): Uint8Array | null | 'empty';
}

/** Numbers in a diagnostic's text values, with nothing behind them but blanks. */
const numberText = /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/;
/** CloudWatch's limits of a dimension's value and a metric's name. */
const dimensionValueLengthMax = 1_024;
const nameLengthMax = 255;
const metricsPerMessageMax = 1_000;

interface DiagnosticStatus {
  readonly level: number;
  readonly name: string;
  readonly hardware_id: string;
  readonly values: readonly { readonly key: string; readonly value: string }[];
}

/** Hold it: making one parses the type's definition. Several rules are on the same topic and type, and give one list. */
export function numericReaderFor(rule: NumericRule, ...more: readonly NumericRule[]): NumericReader {
  const reader = new MessageReader(parse(numericTypeTexts[rule.schemaName], { ros2: true }));
  const rules = [rule, ...more];
  return {
    read: (data, receivedNs) => {
      try {
        const message = reader.readMessage<Record<string, unknown>>(data);
        const stampNs = stampOf(message, receivedNs);
        const metrics =
          rule.schemaName === diagnosticArrayName
            ? metricsOfDiagnostics(message['status'] as readonly DiagnosticStatus[], stampNs)
            : rules.flatMap((each) => metricsOfField(message, each, stampNs));
        return metrics.length === 0 ? 'empty' : encodeMetricList(metrics.slice(0, metricsPerMessageMax));
      } catch {
        return null;
      }
    },
  };
}

function stampOf(message: Record<string, unknown>, receivedNs: bigint): bigint {
  const header = message['header'] as
    { readonly stamp: { readonly sec: number; readonly nanosec: number } } | undefined;
  return header === undefined ? receivedNs : stampOrReceiptNs(header.stamp.sec, header.stamp.nanosec, receivedNs);
}

function metricsOfField(message: Record<string, unknown>, rule: NumericRule, stampNs: bigint): MetricToEncode[] {
  let found: unknown = message;
  for (const part of rule.field.split('.')) found = (found as Record<string, unknown> | undefined)?.[part];
  const isNumeric = typeof found === 'number' || typeof found === 'bigint' || typeof found === 'boolean';
  const value = isNumeric ? Number(found) * rule.scale : NaN;
  if (!Number.isFinite(value)) return [];
  return [{ stampNs, name: rule.name, unit: rule.unit, value, dimensions: [] }];
}

/** Each status' level (0 well, 1 warning, 2 error, 3 stale), and each of its values that is a number, by its key. */
function metricsOfDiagnostics(statuses: readonly DiagnosticStatus[], stampNs: bigint): MetricToEncode[] {
  return statuses.flatMap(({ level, name, hardware_id: hardware, values }) => {
    const dimensions = [
      { name: 'status', value: name },
      { name: 'hardware_id', value: hardware },
    ]
      .filter(({ value }) => value !== '')
      .map((dimension) => ({ ...dimension, value: dimension.value.slice(0, dimensionValueLengthMax) }));
    const numbers = values
      .filter(({ key, value }) => key !== '' && numberText.test(value))
      .map(({ key, value }) => ({ name: key.slice(0, nameLengthMax), value: Number(value) }));
    return [{ name: 'diagnostic_level', value: level }, ...numbers].map((metric) => ({
      ...{ stampNs, unit: 'none', dimensions },
      ...metric,
    }));
  });
}
