import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ros2LogSchemaName } from '../codec/schemas.js';
import { type BatchMessage, type FromHost, parseFromHost, toHostSchema } from './hostMessages.js';

const batch: BatchMessage = {
  type: 'batch',
  sequence: 1,
  index: 0,
  bytes: Uint8Array.of(1, 2, 3),
  ends: Uint32Array.of(1, 3),
  receivedNs: BigInt64Array.of(5n, 6n),
  publishers: Uint32Array.of(0, 1),
  sequences: Float64Array.of(7, 0),
  losses: [{ place: 1, stage: 'dds', count: 41 }],
  replayed: null,
};

const problem = { code: 'c', message: 'm', nextStep: 'n' };

it.each<FromHost>([
  batch,
  {
    ...batch,
    bytes: new Uint8Array(),
    ends: new Uint32Array(),
    receivedNs: new BigInt64Array(),
    publishers: new Uint32Array(),
    sequences: new Float64Array(),
    losses: [],
    replayed: true,
  },
  { type: 'publisher', number: 0, gid: '010f' },
  { type: 'started', udpPorts: [7410, 7411] },
  { type: 'subscribed', index: 1, keptByPublishers: true, reliable: false },
  {
    type: 'topics',
    topics: [{ index: 0, publishers: 2, problem, numbered: null, lowered: 'odd publishes best effort' }],
  },
  { type: 'loss', stage: 'host', count: 4 },
  { type: 'failed', problem, retry: true },
  { type: 'heartbeat', queuedBytes: 0 },
  { type: 'levelSet', id: 3, problem },
  { type: 'stopped' },
])('$type comes through the channel as it was', (message) => {
  expect(parseFromHost(deserialize(serialize(message)))).toEqual(message);
});

it.each([
  ['ends out of order', { ...batch, ends: Uint32Array.of(3, 1) }],
  ['ends beyond the bytes', { ...batch, ends: Uint32Array.of(1, 4) }],
  ['bytes that belong to no message', { ...batch, ends: Uint32Array.of(1, 2) }],
  ['fewer times than messages', { ...batch, receivedNs: BigInt64Array.of(5n) }],
  ['fewer publishers than messages', { ...batch, publishers: Uint32Array.of(1) }],
  ['fewer numbers than messages', { ...batch, sequences: Float64Array.of(1) }],
  ['a loss after the last message', { ...batch, losses: [{ place: 2, stage: 'dds', count: 1 }] }],
  ['a loss of nothing', { ...batch, losses: [{ place: 0, stage: 'dds', count: 0 }] }],
  ['no bytes', { ...batch, bytes: undefined }],
  ['a broken index', { ...batch, index: 0.5 }],
  ['an unknown type', { type: 'hello' }],
  ['a negative count', { type: 'loss', stage: 'dds', count: -1 }],
  ['nothing', null],
])('a message with %s is none', (_, message) => {
  expect(parseFromHost(message)).toBeNull();
});

it('whatever comes is taken or refused, without a throw', () => {
  fc.assert(
    fc.property(fc.anything({ withTypedArray: true, withBigInt: true }), (anything) => {
      parseFromHost(anything);
      const parsed = parseFromHost({ ...batch, ends: anything });
      expect(parsed).toBeNull();
    }),
  );
});

it('the source says start, ack and stop', () => {
  const start = {
    type: 'start',
    robot: 'rover',
    topics: [{ topic: '/rosout', schemaName: ros2LogSchemaName, kind: 'log' }],
    nativeFile: null,
    domainId: 7,
    portsToAvoid: [7410],
  };
  for (const message of [
    start,
    { type: 'ack', sequence: 3 },
    { type: 'setLevel', id: 1, logger: 'nav', level: 10 },
    { type: 'stop' },
  ]) {
    expect(toHostSchema.parse(message)).toEqual(message);
  }
  const unknownType = { ...start, topics: [{ topic: '/rosout', schemaName: 'std_msgs/../String', kind: 'log' }] };
  expect(toHostSchema.safeParse(unknownType).success).toBe(false);
});
