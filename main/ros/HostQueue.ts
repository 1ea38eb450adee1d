import {
  batchBytesMax,
  batchesUnacknowledgedMax,
  type BatchLoss,
  batchMessagesMax,
  type BatchMessage,
  bytesUnacknowledgedMax,
  hostQueueBytesMax,
} from './hostMessages.js';

/**
 * Messages between DDS and the engine: gathered into batches by topic, in order, sent as the engine acknowledges, bounded.
 * When the bound is reached the newest are dropped: what is kept stays without holes, and the drop is counted, at its place in
 * the batch when a message of the topic follows.
 */
export interface QueuedMessage {
  readonly data: Uint8Array;
  readonly receivedNs: bigint;
  readonly publisher: number;
  readonly sequence: number;
  readonly replayed: boolean | null;
  /** Messages that DDS lost directly before this one. */
  readonly lostBefore: number;
}

interface Waiting {
  readonly index: number;
  readonly messages: QueuedMessage[];
  readonly losses: BatchLoss[];
  readonly replayed: boolean | null;
  bytes: number;
}

/** What is missing since a topic's last message that was kept. */
interface Missing {
  dds: number;
  host: number;
}

export class HostQueue {
  readonly #send: (batch: BatchMessage) => void;
  readonly #waiting: Waiting[] = [];
  readonly #unacknowledged = new Map<number, number>();
  #unacknowledgedBytes = 0;
  #queuedBytes = 0;
  #sequence = 0;
  readonly #missing = new Map<number, Missing>();

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

  add(index: number, message: QueuedMessage): void {
    const { data, replayed, lostBefore } = message;
    const missing = this.#missingOf(index);
    missing.dds += lostBefore;
    if (this.#queuedBytes + data.byteLength > hostQueueBytesMax) {
      missing.host += 1;
      return;
    }
    let last = this.#waiting.at(-1);
    if (last?.index !== index || last.replayed !== replayed || isFullBatch(last)) {
      last = { index, messages: [], losses: [], replayed, bytes: 0 };
      this.#waiting.push(last);
    }
    const place = last.messages.length;
    for (const stage of ['dds', 'host'] as const) {
      if (missing[stage] > 0) last.losses.push({ place, stage, count: missing[stage] });
      missing[stage] = 0;
    }
    last.messages.push(message);
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

  /** What is missing and was not told yet, because no message of its topic was kept since. */
  takeMissing(): { readonly stage: 'dds' | 'host'; readonly count: number }[] {
    const missing = [...this.#missing.values()];
    this.#missing.clear();
    return (['dds', 'host'] as const)
      .map((stage) => ({ stage, count: missing.reduce((sum, each) => sum + each[stage], 0) }))
      .filter(({ count }) => count > 0);
  }

  #missingOf(index: number): Missing {
    let missing = this.#missing.get(index);
    if (missing === undefined) {
      missing = { dds: 0, host: 0 };
      this.#missing.set(index, missing);
    }
    return missing;
  }

  #maySend(): boolean {
    return this.#unacknowledged.size < batchesUnacknowledgedMax && this.#unacknowledgedBytes < bytesUnacknowledgedMax;
  }

  #sendBatch(waiting: Waiting): void {
    this.#sequence += 1;
    this.#queuedBytes -= waiting.bytes;
    this.#unacknowledged.set(this.#sequence, waiting.bytes);
    this.#unacknowledgedBytes += waiting.bytes;
    const { index, messages, losses, replayed } = waiting;
    const count = messages.length;
    const bytes = Buffer.allocUnsafe(waiting.bytes);
    const ends = new Uint32Array(count);
    const receivedNs = new BigInt64Array(count);
    const publishers = new Uint32Array(count);
    const sequences = new Float64Array(count);
    let end = 0;
    for (const [place, message] of messages.entries()) {
      bytes.set(message.data, end);
      end += message.data.byteLength;
      ends[place] = end;
      receivedNs[place] = message.receivedNs;
      publishers[place] = message.publisher;
      sequences[place] = message.sequence;
    }
    const columns = { bytes, ends, receivedNs, publishers, sequences };
    this.#send({ type: 'batch', sequence: this.#sequence, index, ...columns, losses, replayed });
  }
}

function isFullBatch(waiting: Waiting): boolean {
  return waiting.messages.length >= batchMessagesMax || waiting.bytes >= batchBytesMax;
}
