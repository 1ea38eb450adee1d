import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Channel } from '../../model/Channel.js';
import { severities } from '../../model/Severity.js';
import { decoderFor, type MessageDecoder } from '../MessageDecoder.js';
import { Ros1Writer } from './Ros1Writer.js';
import { encodeRos1Log, ros1SequenceOf } from './ros1Log.js';
import { type Ros1MetricData, writeRos1MetricList } from './ros1Metric.js';
import { ros1Channel } from './ros1Schemas.js';

const receivedNs = 1_800_000_000_000_000_001n;

function decoder(channel: Channel): MessageDecoder {
  const made = decoderFor(channel);
  if (!made.ok) throw new Error(made.problem.message);
  return made.value;
}

const logs = decoder(ros1Channel('/rosout_agg', 'rosgraph_msgs/Log'));
const lists = decoder(ros1Channel('/metrics', 'ros_monitoring_msgs/MetricList'));

const texts = fc.string({ unit: 'grapheme', maxLength: 60 });
const anyLog = fc.record({
  stampNs: fc.bigInt({ min: 1n, max: (2n ** 32n - 1n) * 1_000_000_000n }),
  severity: fc.constantFrom(...severities),
  node: texts,
  message: texts,
  file: texts,
  function: texts,
  line: fc.nat(2 ** 32 - 1),
  nodeTopics: fc.array(texts, { maxLength: 4 }),
});

function metric(name: string): Ros1MetricData {
  const stamp = { sec: 1_700_000_000, nanosec: 7 };
  return {
    sequence: 3,
    header: { stamp, frame_id: 'base' },
    metric_name: name,
    unit: 'percent',
    value: 12.5,
    time_stamp: stamp,
    dimensions: [{ name: 'robot_id', value: 'r ü' }],
  };
}

describe('a ROS 1 log message', () => {
  it('is one record with all its fields, keeps its bytes and tells its sequence number', () => {
    fc.assert(
      fc.property(anyLog, fc.nat(2 ** 32 - 1), (log, sequence) => {
        const data = encodeRos1Log(log, sequence);
        const decoded = logs.decode(data, receivedNs);
        expect(decoded).toEqual({
          ok: true,
          value: [{ record: { kind: 'log', receivedNs, topic: '/rosout_agg', ...log }, data }],
        });
        expect(ros1SequenceOf(data)).toBe(sequence);
      }),
    );
  });

  it.each([
    [0, 'DEBUG'],
    [1, 'DEBUG'],
    [2, 'INFO'],
    [4, 'WARN'],
    [8, 'ERROR'],
    [16, 'FATAL'],
  ] as const)('of level %i is %s', (level, severity) => {
    const writer = new Ros1Writer().uint32(1).time({ sec: 1, nanosec: 0 }).text('').uint8(level);
    const data = writer.text('/node').text('hello').text('').text('').uint32(0).uint32(0).finish();
    expect(logs.decode(data, receivedNs)).toMatchObject({ ok: true, value: [{ record: { severity } }] });
  });

  it('that ends too early, anywhere, is a problem', () => {
    const data = encodeRos1Log({ stampNs: 1n, severity: 'INFO', node: 'n', message: 'm', nodeTopics: ['/a'] });
    for (let length = 0; length < data.length; length += 1) {
      expect(logs.decode(data.subarray(0, length), receivedNs)).toMatchObject({
        ok: false,
        problem: { code: 'undecodable' },
      });
    }
  });

  it('of any bytes never throws and never reserves what they claim', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
        logs.decode(data, receivedNs);
        lists.decode(data, receivedNs);
      }),
    );
  });
});

describe('a ROS 1 list of metrics', () => {
  it('becomes lists of one, which read the same', () => {
    const decoded = lists.decode(writeRos1MetricList([metric('a'), metric('b')]), receivedNs);
    if (!decoded.ok) throw new Error(decoded.problem.message);
    expect(decoded.value.map(({ record }) => (record.kind === 'metric' ? record.name : ''))).toEqual(['a', 'b']);
    for (const { record, data } of decoded.value) {
      const again = lists.decode(data, receivedNs);
      expect(again).toEqual({ ok: true, value: [{ record, data }] });
    }
    expect(decoded.value[1]?.record).toMatchObject({
      unit: 'percent',
      value: 12.5,
      stampNs: 1_700_000_000_000_000_007n,
      dimensions: [{ name: 'robot_id', value: 'r ü' }],
    });
  });
});

describe('a ROS 1 channel', () => {
  it.each([
    ['another type', { schemaName: 'std_msgs/String', schemaText: 'string data' }],
    ['other fields under a known name', { schemaText: 'string data' }],
    ['a schema of ROS 2', { schemaEncoding: 'ros2msg' }],
  ] as const)('with %s is a problem', (_, change) => {
    expect(decoderFor({ ...ros1Channel('/rosout', 'rosgraph_msgs/Log'), ...change })).toMatchObject({
      ok: false,
      problem: { code: 'unsupported-type' },
    });
  });
});
