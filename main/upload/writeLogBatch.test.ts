import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogParts } from '../codec/LogParts.js';
import { encodeLog, readLog } from '../codec/logMessage.js';
import { ros2LogChannel } from '../codec/schemas.js';
import type { LogRecord } from '../model/Record.js';
import { ros2LevelOf, severities } from '../model/Severity.js';
import type { CachedRecord, StoredRecords } from '../seams/Cache.js';
import { packLogBatch } from './packLogBatch.js';
import type { Parcel } from './Parcel.js';
import { putLogEventsOf } from './putLogEventsOf.js';
import { cachedAll, logDestination, logRecord } from './records.test-support.js';
import { writeLogBatch } from './writeLogBatch.js';
import { ListedRecords } from '../seams/ListedRecords.js';
import { StoredTogether } from './StoredTogether.test-support.js';

const nowNs = 1_764_000_000_123_456_789n;
const channel = ros2LogChannel('/rosout');
const packing = { publishTopicNames: true, format: 'text', redactions: [], robot: 'rover' } as const;

/** As a ROS 2 robot's records lie in a cache: their bytes count. */
function stored(records: readonly LogRecord[]): StoredTogether {
  const all = cachedAll(records).map((cached, index): CachedRecord => {
    const record = records[index];
    if (record === undefined) return cached;
    const data = encodeLog(record);
    return { ...cached, channel, data };
  });
  return new StoredTogether(all);
}

/** Everything that there is to know of parcels, with the records by their places and long texts by their digest. */
function told(parcels: readonly Parcel[]): unknown {
  return parcels.map(({ records, requests }) => ({
    records: records.map(({ address }) => address.ordinal),
    requests: requests.map(({ request, recordOfEvent, bytes }) => {
      if (request.kind !== 'log') throw new Error('not logs');
      const events = request.events.map(({ timestampMs, message }) => [timestampMs, digestOf(message)]);
      return { destination: request.destination, recordOfEvent, bytes, events };
    }),
  }));
}

function digestOf(words: string): string {
  return words.length < 400 ? words : createHash('sha256').update(words).digest('hex');
}

/** What is on the wire. */
function bodies(parcels: readonly Parcel[]): readonly string[] {
  return parcels.flatMap(({ requests }) =>
    requests.map(({ request }) => {
      if (request.kind !== 'log') throw new Error('not logs');
      const body = request.written?.body;
      return body === undefined ? JSON.stringify(jsonOf(request)) : Buffer.from(body).toString('utf8');
    }),
  );
}

function jsonOf({ destination, events }: Extract<Parcel['requests'][number]['request'], { kind: 'log' }>): unknown {
  return {
    logGroupName: destination.group,
    logStreamName: destination.stream,
    logEvents: events.map(({ timestampMs, message }) => ({ timestamp: timestampMs, message })),
  };
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '"', '\\', '\n', '\u0000', '\u007f', 'é', '🤖', '\u2028', '\ud83d'),
);
const record = fc.record({
  stampNs: fc.oneof(
    fc.bigInt({ min: nowNs - 30n * 86_400_000_000_000n, max: nowNs }),
    fc.constantFrom(0n, 5n, 999_999_999_999_999_999n, 1_000_000_000_000_000_000n),
  ),
  node: text,
  message: text,
  severity: fc.constantFrom(...severities),
  file: text,
});

describe('written straight from the stored bytes', () => {
  test('a batch is the same, byte for byte, as made from records', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 30 }), fc.boolean(), (fields, inOrder) => {
        const records = fields.map(({ stampNs, ...rest }) => logRecord(stampNs, rest));
        if (inOrder) records.sort((a, b) => (a.stampNs < b.stampNs ? -1 : a.stampNs > b.stampNs ? 1 : 0));
        const straight = packLogBatch(logDestination, stored(records), packing);
        // A stamp of zero is read as the time of receipt: the record says that as well.
        const general = packLogBatch(logDestination, new ListedRecords(cachedAll(records)), packing);
        expect(straight.length).toBe(general.length);
        expect(told(straight)).toEqual(told(general));
        expect(bodies(straight)).toEqual(bodies(general));
      }),
      { numRuns: 500 },
    );
  });

  test('every character of ASCII, beside every other and at every place among four, is as in JSON', () => {
    const characters = Array.from({ length: 127 }, (_, place) => String.fromCharCode(place + 1));
    const pairs = characters.flatMap((one) => characters.map((other) => `${one}${other}`));
    const records = ['', 'a', 'ab', 'abc'].flatMap((before) =>
      pairs.map((pair) => logRecord(nowNs, { node: `${pair}n`, message: `${before}${pair}xy` })),
    );
    const straight = writeLogBatch(logDestination, stored(records), packing);
    expect(straight).not.toBeNull();
    const general = packLogBatch(logDestination, new ListedRecords(cachedAll(records)), packing);
    expect(bodies(straight ?? []).join() === bodies(general).join()).toBe(true);
  });

  test('what robots write goes this way, what is otherwise does not', () => {
    const usual = logRecord(nowNs, { message: 'Überstrom "links"\tan Kanal 1' });
    expect(writeLogBatch(logDestination, stored([usual]), packing)).toHaveLength(1);
    const other = (records: StoredRecords): unknown => writeLogBatch(logDestination, records, packing);
    expect(other(new ListedRecords(cachedAll([usual])))).toBeNull();
    expect(other(stored([logRecord(nowNs), logRecord(nowNs - 1n)]))).toBeNull();
    expect(other(stored([logRecord(5n)]))).toBeNull();
    expect(other(stored([logRecord(nowNs, { message: 'x'.repeat(1_100_000) })]))).toBeNull();
    const noUtf8 = stored([logRecord(nowNs, { message: 'a?b' })]);
    const { data } = noUtf8.at(0);
    data.set([0xff], Buffer.from(data).indexOf('?'));
    expect(other(noUtf8)).toBeNull();
  });

  test('what a robot file writes otherwise or takes out does not go this way', () => {
    const usual = stored([logRecord(nowNs, { message: 'key=secret' })]);
    const redactions = [{ find: 'key=\\S+', replace: 'key=…' }];
    expect(writeLogBatch(logDestination, usual, { ...packing, format: 'json' })).toBeNull();
    expect(writeLogBatch(logDestination, usual, { ...packing, redactions })).toBeNull();
    const [parcel] = packLogBatch(logDestination, usual, { ...packing, redactions });
    expect(JSON.stringify(parcel?.requests[0]?.request)).toContain('key=…');
    expect(JSON.stringify(parcel?.requests[0]?.request)).not.toContain('secret');
  });

  test('requests are filled to the limits of bytes, events and time, like the others', () => {
    const many = Array.from({ length: 10_001 }, (_, index) => logRecord(nowNs + BigInt(index)));
    expect(writeLogBatch(logDestination, stored(many), packing)?.map(({ records }) => records.length)).toEqual([
      10_000, 1,
    ]);
    const large = ['x', '🤖', '"', 'é\n'].map((character) => logRecord(nowNs, { message: character.repeat(120_000) }));
    const dayMs = 86_400_000n;
    const far = [0n, dayMs, dayMs + 1n].map((ms) => logRecord(nowNs + ms * 1_000_000n));
    for (const records of [[...large, ...large], far]) {
      const straight = writeLogBatch(logDestination, stored(records), packing);
      expect(straight).not.toBeNull();
      expect(straight?.length).toBeGreaterThan(1);
      expect(told(straight ?? [])).toEqual(
        told(packLogBatch(logDestination, new ListedRecords(cachedAll(records)), packing)),
      );
    }
  });

  test('the SDK is given exactly this body', async () => {
    const [parcel] = writeLogBatch(logDestination, stored([logRecord(nowNs)]), packing) ?? [];
    const request = parcel?.requests[0]?.request;
    if (request?.kind !== 'log' || request.written === undefined) throw new Error('not written');
    let sent: unknown;
    const send = putLogEventsOf(request, false).middlewareStack.resolve((args) => {
      sent = (args.request as { body: unknown }).body;
      return Promise.resolve({ response: {}, output: { $metadata: {} } });
    }, {});
    const headers = { 'content-type': 'application/x-amz-json-1.1' };
    await send({ input: {}, request: { headers, body: 'of the SDK' } } as never);
    expect(sent).toBe(request.written.body);
    await expect(send({ input: {}, request: { headers: {}, body: 'CBOR' } } as never)).rejects.toThrow('JSON');
  });

  test('what is written is not read back to be sent', () => {
    const [parcel] = writeLogBatch(logDestination, stored([logRecord(nowNs)]), packing) ?? [];
    const request = parcel?.requests[0]?.request;
    if (request?.kind !== 'log' || request.written === undefined) throw new Error('not written');
    let readings = 0;
    const watched = {
      ...{ kind: 'log' as const, destination: logDestination, written: request.written },
      get events() {
        readings += 1;
        return request.events;
      },
    };
    putLogEventsOf(watched, false);
    putLogEventsOf(watched, true);
    expect(readings).toBe(0);
    const ms = Number(nowNs / 1_000_000n);
    expect(request.written).toMatchObject({ count: 1, fromMs: ms, toMs: ms });
  });
});

describe('the places of a log message', () => {
  const fields = new LogParts();
  const mutated = fc
    .tuple(record, fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 }), fc.option(fc.nat(300)))
    .map(([{ stampNs, ...rest }, changes, cut]) => {
      const data = encodeLog({ ...logRecord(stampNs, rest) });
      for (const [at, byte] of changes) if (at < data.length) data[at] = byte;
      return cut === null ? data : data.subarray(0, cut);
    });

  test('are found only where the reader reads, and hold what it reads', () => {
    let found = 0;
    fc.assert(
      fc.property(mutated, (data) => {
        if (!fields.find(data)) return;
        found += 1;
        const read = readLog(data, '/rosout', 7n);
        expect(read).not.toBeNull();
        const piece = (from: number, to: number): string => Buffer.from(data.subarray(from, to)).toString('utf8');
        expect(piece(fields.nodeFrom, fields.nodeTo)).toBe(read?.node);
        expect(piece(fields.messageFrom, fields.messageTo)).toBe(read?.message);
        const stampNs = BigInt(fields.sec) * 1_000_000_000n + BigInt(fields.nanosec);
        expect(stampNs === 0n ? 7n : stampNs).toBe(read?.stampNs);
      }),
      { numRuns: 2_000 },
    );
    expect(found).toBeGreaterThan(100);
  });

  test('are found in each message that our writer makes', () => {
    for (const severity of severities) {
      expect(fields.find(encodeLog(logRecord(nowNs, { severity, node: 'nø' })))).toBe(true);
      expect(fields.level).toBe(ros2LevelOf(severity));
    }
  });
});
