import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decoderFor, type MessageDecoder } from '../MessageDecoder.js';
import { jsonOfProtobufLog } from './jsonOfProtobufLog.js';

const receivedNs = 1_800_000_000_000_000_001n;

function decoder(schemaName: string): MessageDecoder {
  const channel = {
    topic: '/t',
    messageEncoding: 'json',
    schemaName,
    schemaEncoding: 'jsonschema',
    schemaText: '{}',
  } as const;
  const made = decoderFor(channel);
  if (!made.ok) throw new Error(made.problem.message);
  return made.value;
}

function bytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
}

function recordsOf(schemaName: string, value: unknown) {
  const decoded = decoder(schemaName).decode(bytes(value), receivedNs);
  return decoded.ok ? decoded.value.map(({ record }) => record) : decoded.problem.code;
}

describe('a log in JSON', () => {
  it('is read with the fields of ROS 2', () => {
    const log = {
      stamp: { sec: 5, nanosec: 6 },
      level: 40,
      name: 'nav',
      msg: 'lost',
      file: 'a.cpp',
      function: 'f',
      line: 3,
    };
    expect(recordsOf('rcl_interfaces/msg/Log', log)).toMatchObject([
      {
        stampNs: 5_000_000_006n,
        severity: 'ERROR',
        node: 'nav',
        message: 'lost',
        file: 'a.cpp',
        function: 'f',
        line: 3,
      },
    ]);
  });

  it('is read with the fields of ROS 1', () => {
    const log = { header: { stamp: { secs: 5, nsecs: 6 } }, level: 4, name: '/nav', msg: 'lost', topics: ['/a'] };
    expect(recordsOf('rosgraph_msgs/Log', log)).toMatchObject([
      { stampNs: 5_000_000_006n, severity: 'WARN', node: '/nav', nodeTopics: ['/a'] },
    ]);
  });

  it('is read with the fields of Foxglove, its level as a number or by name', () => {
    for (const level of [3, 'WARNING']) {
      const log = { timestamp: { sec: 5, nsec: 6 }, level, message: 'hot', name: 'n', file: '', line: 0 };
      expect(recordsOf('foxglove.Log', log)).toMatchObject([
        { severity: 'WARN', message: 'hot', stampNs: 5_000_000_006n },
      ]);
    }
  });

  it('without a time has that of its receipt', () => {
    expect(recordsOf('foxglove.Log', { message: 'm', level: 99 })).toMatchObject([
      { stampNs: receivedNs, severity: 'INFO' },
    ]);
  });

  it.each(['', '[]', 'null', '{"level":2}', '{"message":7,"level":2}', '{'])('of %s is a problem', (text) => {
    expect(recordsOf('foxglove.Log', text)).toBe('undecodable');
  });
});

describe('metrics in JSON', () => {
  const metric = {
    metric_name: 'cpu',
    unit: 'percent',
    value: 4.5,
    time_stamp: { sec: 5, nanosec: 6 },
    dimensions: [],
  };

  it('are a record each, in messages of one that read the same', () => {
    const read = decoder('ros_monitoring_msgs/msg/MetricList');
    const decoded = read.decode(bytes({ metrics: [metric, { ...metric, metric_name: 'ram' }] }), receivedNs);
    if (!decoded.ok) throw new Error(decoded.problem.message);
    expect(decoded.value.map(({ record }) => record.kind === 'metric' && record.name)).toEqual(['cpu', 'ram']);
    for (const { record, data } of decoded.value)
      expect(read.decode(data, receivedNs)).toEqual({ ok: true, value: [{ record, data }] });
  });

  it('keep a value that is no number as such', () => {
    expect(recordsOf('ros_monitoring_msgs/MetricData', { ...metric, value: null })).toMatchObject([
      { value: Number.NaN },
    ]);
  });

  it.each([{ metrics: 3 }, { metrics: [3] }, { metrics: [{ ...metric, dimensions: [{ name: 1, value: '' }] }] }, {}])(
    'of other shapes are a problem: %j',
    (value) => {
      expect(recordsOf('ros_monitoring_msgs/MetricList', value)).toBe('undecodable');
    },
  );
});

describe('foxglove.Log in protobuf', () => {
  it('becomes the same in JSON', () => {
    // Written by the Foxglove SDK 0.30.3: Log(message="hi", name="nd", level=Warning, timestamp=Timestamp(1, 2), file="f", line=3).
    const data = Buffer.from('0a040801100210031a02686922026e642a01663503000000', 'hex');
    expect(JSON.parse(Buffer.from(jsonOfProtobufLog(data) ?? []).toString())).toEqual({
      timestamp: { sec: 1, nsec: 2 },
      level: 3,
      message: 'hi',
      name: 'nd',
      file: 'f',
      line: 3,
    });
  });

  it('of any bytes never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (data) => {
        jsonOfProtobufLog(data);
      }),
    );
  });
});
