import { parse } from '@foxglove/rosmsg';
import { MessageReader } from '@foxglove/rosmsg2-serialization';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Channel } from '../model/Channel.js';
import { severities } from '../model/Severity.js';
import { encodeLog, type LogToEncode } from './logMessage.js';
import { decoderFor, type MessageDecoder, messageBytesMax } from './MessageDecoder.js';
import { encodeMetricData, encodeMetricList, metricsPerListMax, type MetricToEncode } from './metricMessage.js';
import {
  ros2Channel,
  ros2LogChannel,
  ros2MetricDataSchemaName,
  ros2MetricListChannel,
  ros2MetricListSchemaName,
  ros2SchemaTexts,
} from './schemas.js';

const receivedNs = 1_800_000_000_000_000_001n;

function decoder(channel: Channel): MessageDecoder {
  const made = decoderFor(channel);
  if (!made.ok) throw new Error(made.problem.message);
  return made.value;
}

const logs = decoder(ros2LogChannel('/rosout'));
const lists = decoder(ros2MetricListChannel('/metrics'));
const single = decoder(ros2Channel('/metric', ros2MetricDataSchemaName));

// Zero is no stamp: it has a test of its own.
const stamps = fc
  .bigInt({ min: -(2n ** 31n) * 1_000_000_000n, max: (2n ** 31n - 1n) * 1_000_000_000n })
  .filter((stampNs) => stampNs !== 0n);
// Text as UTF-8 can carry it: lone surrogates cannot come over a wire. A closing zero ends a text, so none inside.
const texts = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => !text.includes('\0'));

const anyLog: fc.Arbitrary<Required<LogToEncode>> = fc.record({
  stampNs: stamps,
  severity: fc.constantFrom(...severities),
  node: texts,
  message: texts,
  file: texts,
  function: texts,
  line: fc.nat(2 ** 32 - 1),
});

const anyMetric: fc.Arbitrary<MetricToEncode> = fc.record({
  stampNs: stamps,
  name: texts,
  unit: texts,
  value: fc.double(),
  dimensions: fc.array(fc.record({ name: texts, value: texts }), { maxLength: 4 }),
});

describe('a log message', () => {
  it('is one record and keeps its bytes', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const data = encodeLog(log);
        expect(logs.decode(data, receivedNs)).toEqual({
          ok: true,
          value: [{ record: { kind: 'log', topic: '/rosout', nodeTopics: [], receivedNs, ...log }, data }],
        });
      }),
    );
  });

  it('is read where it lies in a larger buffer', () => {
    const log = { stampNs: 1n, severity: 'WARN', node: 'motor.left', message: 'überhitzt 🔥' } as const;
    const data = encodeLog(log);
    const larger = new Uint8Array(data.byteLength + 20).fill(255);
    larger.set(data, 7);
    const decoded = logs.decode(larger.subarray(7, 7 + data.byteLength), receivedNs);
    expect(decoded).toMatchObject({ ok: true, value: [{ record: log }] });
  });

  it('is read in big-endian order', () => {
    const bytes = [0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 7, 40, 0, 0, 0];
    bytes.push(0, 0, 0, 2, 0x61, 0, 0, 0, 0, 0, 0, 3, 0x68, 0x69, 0, 0);
    bytes.push(0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9);
    expect(logs.decode(Uint8Array.from(bytes), receivedNs)).toMatchObject({
      ok: true,
      value: [{ record: { stampNs: 5_000_000_007n, severity: 'ERROR', node: 'a', message: 'hi', line: 9 } }],
    });
  });
});

describe('a metric list', () => {
  it('becomes one list of one metric for each, which an independent reader reads', () => {
    const reader = new MessageReader<{ metrics: { metric_name: string; value: number }[] }>(
      parse(ros2SchemaTexts[ros2MetricListSchemaName], { ros2: true }),
    );
    fc.assert(
      fc.property(fc.array(anyMetric, { maxLength: 12 }), (metrics) => {
        const decoded = lists.decode(encodeMetricList(metrics), receivedNs);
        if (!decoded.ok) throw new Error(decoded.problem.message);
        expect(decoded.value.map(({ record }) => record)).toEqual(
          metrics.map((metric) => ({ kind: 'metric', topic: '/metrics', receivedNs, ...metric })),
        );
        decoded.value.forEach(({ record, data }, index) => {
          const again = lists.decode(data, receivedNs);
          expect(again).toEqual({ ok: true, value: [{ record, data }] });
          const read = reader.readMessage(data).metrics;
          expect(read.map(({ metric_name, value }) => [metric_name, value])).toEqual([
            [metrics[index]?.name, metrics[index]?.value],
          ]);
        });
      }),
    );
  });

  it('of one keeps its exact bytes', () => {
    const data = encodeMetricList([{ stampNs: 3n, name: 'cpu', unit: 'percent', value: 1, dimensions: [] }]);
    const decoded = lists.decode(data, receivedNs);
    expect(decoded.ok && decoded.value[0]?.data).toBe(data);
  });

  it('keeps the header of each metric when it is split', () => {
    const [first, second] = [3n, 1_000_000_004n].map((stampNs) => ({
      stampNs,
      name: 'cpu',
      unit: 'percent',
      value: 1,
      dimensions: [{ name: 'robot_id', value: 'rover' }],
    }));
    if (first === undefined || second === undefined) throw new Error('two metrics were made');
    const decoded = lists.decode(encodeMetricList([first, second]), receivedNs);
    expect(decoded.ok && decoded.value.map(({ data }) => data)).toEqual([
      encodeMetricList([first]),
      encodeMetricList([second]),
    ]);
  });

  it('that says it is larger than the limit or its bytes is refused without reserving memory', () => {
    for (const count of [metricsPerListMax + 1, 0xffffffff, 2]) {
      const data = new Uint8Array(16);
      data[1] = 1;
      new DataView(data.buffer).setUint32(4, count, true);
      expect(lists.decode(data, receivedNs)).toMatchObject({ ok: false, problem: { code: 'undecodable' } });
    }
  });
});

it('a single metric is one record and keeps its bytes', () => {
  fc.assert(
    fc.property(anyMetric, (metric) => {
      const data = encodeMetricData(metric);
      expect(single.decode(data, receivedNs)).toEqual({
        ok: true,
        value: [{ record: { kind: 'metric', topic: '/metric', receivedNs, ...metric }, data }],
      });
    }),
  );
});

it('a stamp that was never set is the time of receipt, and the bytes stay as they were', () => {
  const log = encodeLog({ stampNs: 0n, severity: 'INFO', node: 'n', message: 'm' });
  const metric = encodeMetricData({ stampNs: 0n, name: 'n', unit: 'u', value: 1, dimensions: [] });
  for (const [each, data] of [
    [logs, log],
    [single, metric],
  ] as const) {
    expect(each.decode(data, receivedNs)).toMatchObject({
      ok: true,
      value: [{ record: { stampNs: receivedNs }, data }],
    });
  }
});

describe('bytes that nobody has checked', () => {
  const all = [logs, lists, single];

  it('never throw, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, withHeader) => {
        if (withHeader && bytes.length > 4) bytes.set([0, 1, 0, 0]);
        for (const each of all) {
          const decoded = each.decode(bytes, receivedNs);
          if (!decoded.ok) expect(decoded.problem.code).toBe('undecodable');
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('cut short anywhere are undecodable', () => {
    const whole = [
      [logs, encodeLog({ stampNs: 1n, severity: 'INFO', node: 'n', message: 'm' })],
      [
        lists,
        encodeMetricList([{ stampNs: 1n, name: 'n', unit: 'u', value: 1, dimensions: [{ name: 'a', value: 'b' }] }]),
      ],
    ] as const;
    for (const [each, data] of whole) {
      for (let length = 0; length < data.byteLength; length += 1) {
        expect(each.decode(data.subarray(0, length), receivedNs)).toMatchObject({
          ok: false,
          problem: { code: 'undecodable' },
        });
      }
    }
  });

  it('above the limit are refused by name', () => {
    expect(logs.decode(new Uint8Array(messageBytesMax + 1), receivedNs)).toMatchObject({
      ok: false,
      problem: { code: 'message-too-large' },
    });
  });
});

describe('a channel', () => {
  it('with the same fields in another wording is read', () => {
    const channel = ros2LogChannel('/rosout');
    const schemaText = channel.schemaText.replaceAll('byte DEBUG=10\n', '# a comment\n');
    expect(schemaText).not.toBe(channel.schemaText);
    expect(decoderFor({ ...channel, schemaText }).ok).toBe(true);
  });

  it.each([
    ['an encoding that its schema does not fit', { messageEncoding: 'json' }],
    ['another type', { schemaName: 'std_msgs/msg/String', schemaText: 'string data' }],
    ['other fields under a known name', { schemaText: 'string data' }],
    ['a schema that does not parse', { schemaText: '}{' }],
  ] as const)('with %s is a problem', (_, change) => {
    expect(decoderFor({ ...ros2LogChannel('/rosout'), ...change })).toMatchObject({
      ok: false,
      problem: { code: 'unsupported-type' },
    });
  });
});
