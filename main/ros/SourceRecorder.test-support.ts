import { decoderFor, type MessageDecoder } from '../codec/MessageDecoder.js';
import type { Channel } from '../model/Channel.js';
import type { Loss } from '../model/Loss.js';
import type { LogRecord, MetricRecord } from '../model/Record.js';
import type { SourceEvent, SourceMessage, SourceStatus } from '../seams/RobotSource.js';

/** Listens to a source and keeps what it said, decoded. Throws when a message comes before its channel. */
export class SourceRecorder {
  readonly channels = new Map<number, Channel>();
  readonly logs: LogRecord[] = [];
  readonly metrics: MetricRecord[] = [];
  readonly statuses: SourceStatus[] = [];
  readonly losses: Loss[] = [];
  /** Logs and losses in the order in which they came. */
  readonly order: (
    { readonly type: 'log'; readonly text: string } | { readonly type: 'loss'; readonly count: number }
  )[] = [];
  /** Of each log, what the source said of it. */
  readonly replayed: (boolean | undefined)[] = [];
  readonly gaps: string[] = [];
  events = 0;
  readonly #decoders = new Map<number, MessageDecoder>();

  readonly listen = (event: SourceEvent): void => {
    this.events += 1;
    switch (event.type) {
      case 'channel':
        this.#open(event.channelId, event.channel);
        break;
      case 'messages':
        for (const message of event.messages) this.#take(message);
        break;
      case 'status':
        this.statuses.push(event.status);
        break;
      case 'loss':
        this.losses.push(event.loss);
        this.order.push({ type: 'loss', count: event.loss.count });
        break;
      case 'gap':
        this.gaps.push(event.reason);
        break;
    }
  };

  get texts(): readonly string[] {
    return this.logs.map(({ message }) => message);
  }

  #open(channelId: number, channel: Channel): void {
    if (this.channels.has(channelId)) throw new Error(`channel ${channelId} came twice`);
    const decoder = decoderFor(channel);
    if (!decoder.ok) throw new Error(decoder.problem.message);
    this.channels.set(channelId, channel);
    this.#decoders.set(channelId, decoder.value);
  }

  #take({ channelId, data, receivedNs, replayed }: SourceMessage): void {
    const decoded = this.#decoders.get(channelId)?.decode(data, receivedNs);
    if (decoded === undefined) throw new Error(`a message came before its channel ${channelId}`);
    if (!decoded.ok) throw new Error(decoded.problem.message);
    for (const { record } of decoded.value) {
      if (record.kind === 'log') {
        this.logs.push(record);
        this.order.push({ type: 'log', text: record.message });
        this.replayed.push(replayed);
      } else this.metrics.push(record);
    }
  }
}
