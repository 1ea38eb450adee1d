import {
  batchBytesMax,
  batchesUnacknowledgedMax,
  batchMessagesMax,
  type BatchMessage,
  bytesUnacknowledgedMax,
  hostQueueBytesMax,
} from './hostMessages.js';

/**
 * Messages between DDS and the engine: gathered into batches by topic, in order, sent as the engine acknowledges, bounded.
 * When the bound is reached the newest are dropped: what is kept stays without holes, and the drop is counted.
 */
interface Waiting {
  readonly index: number;
  readonly messages: Uint8Array[];
  readonly receivedNs: bigint[];
  bytes: number;
}

export class HostQueue {
  readonly #send: (batch: BatchMessage) => void;
  readonly #waiting: Waiting[] = [];
  readonly #unacknowledged = new Map<number, number>();
  #unacknowledgedBytes = 0;
  #queuedBytes = 0;
  #sequence = 0;
  #dropped = 0;

  constructor(send: (batch: BatchMessage) => void) {
    this.#send = send;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** True when enough waits for a batch of full size. */
  get isFull(): boolean {
    const first = this.#waiting[0];
    return first !== undefined && (this.#waiting.length > 1 || isFullBatch(first));
  }

  add(index: number, data: Uint8Array, receivedNs: bigint): void {
    if (this.#queuedBytes + data.byteLength > hostQueueBytesMax) {
      this.#dropped += 1;
      return;
    }
    let last = this.#waiting.at(-1);
    if (last?.index !== index || isFullBatch(last)) {
      last = { index, messages: [], receivedNs: [], bytes: 0 };
      this.#waiting.push(last);
    }
    last.messages.push(data);
    last.receivedNs.push(receivedNs);
    last.bytes += data.byteLength;
    this.#queuedBytes += data.byteLength;
  }

  /** Sends what flow control lets through; `all` sends everything, at the end of the host's life. */
  flush(all = false): void {
    while (all || this.#maySend()) {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) return;
      this.#sendBatch(waiting);
    }
  }

  acknowledge(sequence: number): void {
    this.#unacknowledgedBytes -= this.#unacknowledged.get(sequence) ?? 0;
    this.#unacknowledged.delete(sequence);
  }

  /** How many were dropped since this was last asked. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  #maySend(): boolean {
    return this.#unacknowledged.size < batchesUnacknowledgedMax && this.#unacknowledgedBytes < bytesUnacknowledgedMax;
  }

  #sendBatch(waiting: Waiting): void {
    this.#sequence += 1;
    this.#queuedBytes -= waiting.bytes;
    this.#unacknowledged.set(this.#sequence, waiting.bytes);
    this.#unacknowledgedBytes += waiting.bytes;
    let end = 0;
    this.#send({
      type: 'batch',
      sequence: this.#sequence,
      index: waiting.index,
      bytes: Buffer.concat(waiting.messages, waiting.bytes),
      ends: Uint32Array.from(waiting.messages, (message) => (end += message.byteLength)),
      receivedNs: BigInt64Array.from(waiting.receivedNs),
      replayed: null,
    });
  }
}

function isFullBatch(waiting: Waiting): boolean {
  return waiting.messages.length >= batchMessagesMax || waiting.bytes >= batchBytesMax;
}
