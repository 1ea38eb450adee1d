import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchesUnacknowledgedMax, type BatchMessage, hostQueueBytesMax, parseFromHost } from './hostMessages.js';
import { HostQueue, type QueuedMessage } from './HostQueue.js';

interface Taken {
  readonly index: number;
  readonly data: readonly number[];
  readonly receivedNs: bigint;
}

function messagesOf(batch: BatchMessage): Taken[] {
  let begin = 0;
  return [...batch.ends].map((end, place) => {
    const data = [...batch.bytes.subarray(begin, end)];
    begin = end;
    return { index: batch.index, data, receivedNs: batch.receivedNs[place] ?? -1n };
  });
}

function message(data: Uint8Array, receivedNs: bigint, lostBefore = 0): QueuedMessage {
  return { data, receivedNs, publisher: 3, sequence: Number(receivedNs) + 1, replayed: null, lostBefore };
}

function queue(): { readonly queue: HostQueue; readonly sent: BatchMessage[] } {
  const sent: BatchMessage[] = [];
  return { sent, queue: new HostQueue((batch) => sent.push(batch)) };
}

describe('a host queue', () => {
  it('hands every message on once, in order, whatever the flow', () => {
    const step = fc.oneof(
      fc.record({ index: fc.nat(2), data: fc.uint8Array({ maxLength: 5 }) }),
      fc.constantFrom('flush', 'acknowledge'),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const { queue: tested, sent } = queue();
        const added: Taken[] = [];
        let acknowledged = 0;
        for (const each of steps) {
          if (each === 'flush') tested.flush();
          else if (each === 'acknowledge') {
            if (acknowledged < sent.length) tested.acknowledge(++acknowledged);
          } else {
            const receivedNs = BigInt(added.length);
            tested.add(each.index, message(each.data, receivedNs));
            added.push({ index: each.index, data: [...each.data], receivedNs });
          }
          expect(sent.length - acknowledged).toBeLessThanOrEqual(batchesUnacknowledgedMax);
        }
        tested.flush(true);
        expect(sent.flatMap(messagesOf)).toEqual(added);
        expect(sent.map(({ sequence }) => sequence)).toEqual(sent.map((_, place) => place + 1));
        expect(sent.map((batch) => parseFromHost(batch))).toEqual(sent);
        expect(tested.queuedBytes).toBe(0);
        expect(tested.takeMissing()).toEqual([]);
      }),
    );
  });

  it('waits for acknowledgements, and goes on when they come', () => {
    const { queue: tested, sent } = queue();
    for (let index = 0; index < batchesUnacknowledgedMax + 3; index += 1)
      tested.add(index, message(Uint8Array.of(index), 0n));
    tested.flush();
    expect(sent).toHaveLength(batchesUnacknowledgedMax);
    tested.acknowledge(1);
    tested.acknowledge(2);
    tested.flush();
    expect(sent).toHaveLength(batchesUnacknowledgedMax + 2);
  });

  it('drops the newest above its limit, and counts them', () => {
    const { queue: tested, sent } = queue();
    const data = new Uint8Array(1024 * 1024);
    const fitting = hostQueueBytesMax / data.byteLength;
    for (let number = 0; number < fitting + 5; number += 1) tested.add(0, message(data, BigInt(number)));
    expect(tested.queuedBytes).toBe(hostQueueBytesMax);
    expect(tested.takeMissing()).toEqual([{ stage: 'host', count: 5 }]);
    expect(tested.takeMissing()).toEqual([]);
    tested.flush(true);
    const received = sent.flatMap(({ receivedNs }) => [...receivedNs]);
    expect(received).toEqual(Array.from({ length: fitting }, (_, number) => BigInt(number)));
  });

  it('puts what is missing before the message that follows it, in the batch', () => {
    const { queue: tested, sent } = queue();
    tested.add(0, message(Uint8Array.of(1), 0n));
    tested.add(0, message(Uint8Array.of(2), 1n, 41));
    tested.add(0, message(new Uint8Array(hostQueueBytesMax), 2n, 7));
    tested.add(1, message(Uint8Array.of(3), 3n));
    tested.add(0, message(Uint8Array.of(4), 4n));
    tested.flush(true);
    expect(sent.map(({ index, losses }) => ({ index, losses }))).toEqual([
      { index: 0, losses: [{ place: 1, stage: 'dds', count: 41 }] },
      { index: 1, losses: [] },
      {
        index: 0,
        losses: [
          { place: 0, stage: 'dds', count: 7 },
          { place: 0, stage: 'host', count: 1 },
        ],
      },
    ]);
    expect(tested.takeMissing()).toEqual([]);
    expect([...(sent[0]?.sequences ?? [])]).toEqual([1, 2]);
  });
});
