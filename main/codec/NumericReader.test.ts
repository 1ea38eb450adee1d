import { MessageWriter } from '@foxglove/rosmsg2-serialization';
import { parse } from '@foxglove/rosmsg';
import { describe, expect, it } from 'vitest';
import { type NumericRule, numericTypeNames, type NumericTypeName } from '../model/NumericRule.js';
import { parseNumericRule } from '../model/parseNumericRule.js';
import type { MetricRecord } from '../model/Record.js';
import { decoderFor } from './MessageDecoder.js';
import { numericReaderFor } from './NumericReader.js';
import { numericTypeTexts } from './numericTypes.js';
import { ros2MetricListChannel } from './schemas.js';

const receivedNs = 1_800_000_000_000_000_000n;

function rule(text: string): NumericRule {
  const parsed = parseNumericRule(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.value;
}

function bytesOf(type: NumericTypeName, message: object): Uint8Array {
  return new MessageWriter(parse(numericTypeTexts[type], { ros2: true })).writeMessage(message);
}

/** What the rest of Tether makes of it. */
function metricsOf(text: string, message: object): readonly MetricRecord[] | string {
  const given = rule(text);
  const read = numericReaderFor(given).read(bytesOf(given.schemaName, message), receivedNs);
  if (read === null || read === 'empty') return String(read);
  const decoder = decoderFor(ros2MetricListChannel(given.topic));
  const decoded = decoder.ok ? decoder.value.decode(read, receivedNs) : decoder;
  if (!decoded.ok) throw new Error(decoded.problem.message);
  return decoded.value.flatMap(({ record }) => (record.kind === 'metric' ? [record] : []));
}

describe('a topic of plain numbers', () => {
  it('becomes the metric that the rule names, at the time of receipt', () => {
    expect(metricsOf('/speed std_msgs/Float64 data speed none', { data: 1.5 })).toMatchObject([
      { name: 'speed', unit: 'none', value: 1.5, topic: '/speed', stampNs: receivedNs, dimensions: [] },
    ]);
    expect(metricsOf('count std_msgs/msg/Int64 data', { data: -7n })).toMatchObject([{ name: 'data', value: -7 }]);
    expect(metricsOf('/estop std_msgs/msg/Bool data estop', { data: true })).toMatchObject([{ value: 1 }]);
  });

  it('is scaled, and keeps the time of its header', () => {
    const header = { stamp: { sec: 1_700_000_000, nsec: 5 }, frame_id: '' };
    const text = '/battery_state sensor_msgs/msg/BatteryState percentage battery_charge percent 100';
    expect(metricsOf(text, { header, percentage: 0.5 })).toMatchObject([
      { name: 'battery_charge', unit: 'percent', value: 50, stampNs: 1_700_000_000_000_000_005n },
    ]);
    // A battery says NaN for what it does not measure.
    expect(metricsOf(text, { header, percentage: NaN })).toBe('empty');
    expect(metricsOf('/b sensor_msgs/msg/BatteryState no_such_field', { header })).toBe('empty');
  });

  it('that sends something else is nothing', () => {
    expect(numericReaderFor(rule('/t sensor_msgs/Temperature temperature')).read(Uint8Array.of(0, 1), 0n)).toBeNull();
  });

  it('has a definition for every type that a rule may name', () => {
    for (const name of numericTypeNames) expect(() => parse(numericTypeTexts[name], { ros2: true })).not.toThrow();
  });
});

it('a DiagnosticArray gives each level, and each value that is a number, with its status and hardware', () => {
  const status = [
    {
      ...{ level: 1, name: 'left motor', message: 'warm', hardware_id: 'm-1' },
      values: [
        { key: 'temperature', value: ' 61.5 ' },
        { key: 'state', value: 'running' },
        { key: 'rpm', value: '-1.2e3' },
        { key: 'serial', value: '0x12' },
        { key: '', value: '3' },
      ],
    },
    { level: 3, name: 'lidar', message: '', hardware_id: '', values: [] },
  ];
  const metrics = metricsOf('/diagnostics diagnostic_msgs/DiagnosticArray', { status });
  const motor = [
    { name: 'status', value: 'left motor' },
    { name: 'hardware_id', value: 'm-1' },
  ];
  expect(metrics).toMatchObject([
    { name: 'diagnostic_level', value: 1, unit: 'none', dimensions: motor },
    { name: 'temperature', value: 61.5, dimensions: motor },
    { name: 'rpm', value: -1200, dimensions: motor },
    { name: 'diagnostic_level', value: 3, dimensions: [{ name: 'status', value: 'lidar' }] },
  ]);
  expect(metrics).toHaveLength(4);
});

it.each([
  ['/a b/c std_msgs/Float64', 'none of'],
  ['9x std_msgs/Float64 data', 'no topic name'],
  ['/a', 'type is missing'],
  ['/a std_msgs/msg/String data', 'std_msgs/msg/String is none of'],
  ['/a std_msgs/Float64', 'field is missing'],
  ['/a std_msgs/Float64 data n none zero', 'no scale'],
  ['/a std_msgs/Float64 data n none 0', 'no scale'],
  ['/a std_msgs/Float64 data n none 1 more', '"more" is too much'],
  ['/d diagnostic_msgs/DiagnosticArray x', 'names of its own'],
])('the rule %s is refused', (text, message) => {
  const parsed = parseNumericRule(text);
  expect(parsed.ok ? '' : parsed.problem.message).toContain(message);
  expect(parsed.ok ? '' : parsed.problem.nextStep).toContain('TOPIC TYPE FIELD');
});
