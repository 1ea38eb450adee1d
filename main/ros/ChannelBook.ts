import type { Channel } from '../model/Channel.js';
import type { Problem } from '../model/Problem.js';
import type { SourceEvent, SourceMessage, TopicStatus } from '../seams/RobotSource.js';

/** A topic that the robot file asks for. */
export interface WantedTopic {
  readonly topic: string;
  /** Shown until the robot's own type is known. */
  readonly schemaName: string;
}

export interface TopicEntry {
  readonly topic: string;
  schemaName: string;
  publishers: number;
  messages: number;
  lastReceivedNs: bigint | null;
  /** Missing between publishers' numbers; null while no numbered message was read: then nobody can say. */
  lost: number | null;
  /** Why nothing can be taken from it. */
  problem: Problem | null;
}

/**
 * What a source without a host of its own keeps: the topics it wants, with their counts, and the channels they came on. A
 * channel has the same id for as long as the source lives; it is announced once after each start. Messages that arrive in one
 * turn of the event loop go on as one batch.
 */
export class ChannelBook {
  readonly topics: readonly TopicEntry[];
  readonly #ids = new Map<string, number>();
  readonly #channels: Channel[] = [];
  readonly #announced = new Set<number>();
  #listener: (event: SourceEvent) => void = () => undefined;
  #batch: SourceMessage[] = [];
  #flushing: NodeJS.Immediate | null = null;

  constructor(wanted: readonly WantedTopic[]) {
    const seen = new Set<string>();
    this.topics = wanted
      .map(({ topic, schemaName }) => ({ topic: topic.startsWith('/') ? topic : `/${topic}`, schemaName }))
      .filter(({ topic }) => !seen.has(topic) && seen.add(topic))
      .map((topic) => ({ ...topic, publishers: 0, messages: 0, lastReceivedNs: null, lost: null, problem: null }));
  }

  begin(listener: (event: SourceEvent) => void): void {
    this.#listener = listener;
    this.#announced.clear();
  }

  /** What waits goes out; nothing does afterwards. */
  end(): void {
    this.flush();
    this.#listener = () => undefined;
  }

  /** Topics are found with and without the slash in front: servers that do not speak ROS have none. */
  find(topic: string): TopicEntry | undefined {
    const name = topic.startsWith('/') ? topic : `/${topic}`;
    return this.topics.find((entry) => entry.topic === name);
  }

  /** The channel's id; it is announced when it is new to the listener. */
  open(channel: Channel): number {
    const { topic, messageEncoding, schemaName, schemaText } = channel;
    const key = JSON.stringify([topic, messageEncoding, schemaName, schemaText]);
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.#channels.length;
      this.#ids.set(key, id);
      this.#channels.push(channel);
    }
    if (!this.#announced.has(id)) {
      this.#announced.add(id);
      this.flush();
      this.#listener({ type: 'channel', channelId: id, channel });
    }
    return id;
  }

  take(entry: TopicEntry, message: SourceMessage): void {
    entry.messages += 1;
    entry.lastReceivedNs = message.receivedNs;
    this.#batch.push(message);
    if (this.#batch.length >= batchMessagesMax) this.flush();
    else
      this.#flushing ??= setImmediate(() => {
        this.flush();
      });
  }

  /** Before a numbered message: how many of its publisher's are missing there, 0 for none. */
  takeMissing(entry: TopicEntry, count: number, reason: string, noticedNs: bigint): void {
    entry.lost = (entry.lost ?? 0) + count;
    if (count > 0) this.tell({ type: 'loss', loss: { stage: 'link', count, reason, noticedNs } });
  }

  /** Hands on what came so far: before anything that has to be told after it. */
  flush(): void {
    if (this.#flushing !== null) clearImmediate(this.#flushing);
    this.#flushing = null;
    const messages = this.#batch;
    if (messages.length === 0) return;
    this.#batch = [];
    this.#listener({ type: 'messages', messages });
  }

  tell(event: Exclude<SourceEvent, { type: 'channel' | 'messages' }>): void {
    this.flush();
    this.#listener(event);
  }

  forgetPublishers(): void {
    for (const entry of this.topics) entry.publishers = 0;
  }

  status(): TopicStatus[] {
    return this.topics.map(({ topic, schemaName, publishers, messages, lastReceivedNs, lost }) => ({
      topic,
      schemaName,
      publishers,
      messages,
      lastReceivedNs,
      ...(lost === null ? {} : { lost }),
    }));
  }
}

const batchMessagesMax = 1_000;
