import type { Channel } from '../model/Channel.js';
import type { Loss } from '../model/Loss.js';
import type { RobotSource, SourceEvent, SourceMessage, SourceStatus, TopicStatus } from '../seams/RobotSource.js';

interface FakeTopic {
  readonly channel: Channel;
  messages: number;
  lastReceivedNs: bigint | null;
  announced: boolean;
}

/** A robot whose messages are handed in by a test. */
export class FakeSource implements RobotSource {
  readonly #topics: FakeTopic[] = [];
  #listener: ((event: SourceEvent) => void) | null = null;
  #state: SourceStatus['state'] = 'stopped';
  #reason = 'disconnected';
  #nextStep = '';
  #restarts = 0;

  start(listener: (event: SourceEvent) => void): Promise<void> {
    if (this.#listener !== null) throw new Error('the source runs already');
    this.#listener = listener;
    for (const topic of this.#topics) topic.announced = false;
    this.setState('waiting', 'nothing publishes yet', '');
    return Promise.resolve();
  }

  stop(): Promise<void> {
    if (this.#listener !== null) this.setState('stopped', 'disconnected', '');
    this.#listener = null;
    return Promise.resolve();
  }

  status(): SourceStatus {
    return {
      state: this.#state,
      reason: this.#reason,
      nextStep: this.#nextStep,
      topics: this.#topics.map((topic) => this.#topicStatus(topic)),
      hostPid: null,
      restarts: this.#restarts,
    };
  }

  /** One message from the robot. Nothing happens while the source is stopped, as with a real one. */
  give(channel: Channel, data: Uint8Array, receivedNs: bigint, replayed?: boolean): void {
    this.giveMany(channel, [{ data, receivedNs, ...(replayed === undefined ? {} : { replayed }) }]);
  }

  giveMany(channel: Channel, messages: readonly Omit<SourceMessage, 'channelId'>[]): void {
    if (this.#listener === null || messages.length === 0) return;
    let channelId = this.#topics.findIndex((topic) => topic.channel === channel);
    if (channelId < 0) {
      channelId = this.#topics.length;
      this.#topics.push({ channel, messages: 0, lastReceivedNs: null, announced: false });
    }
    const topic = this.#topics[channelId];
    if (topic === undefined) return;
    if (!topic.announced) this.#listener({ type: 'channel', channelId, channel });
    topic.announced = true;
    topic.messages += messages.length;
    topic.lastReceivedNs = messages.at(-1)?.receivedNs ?? null;
    if (this.#state !== 'receiving') this.setState('receiving', '1 publisher', '');
    this.#listener({ type: 'messages', messages: messages.map((message) => ({ channelId, ...message })) });
  }

  lose(loss: Loss): void {
    this.#listener?.({ type: 'loss', loss });
  }

  /** As if the host had died and come back. */
  restart(): void {
    this.#restarts += 1;
    this.setState('starting', 'the robot host ended; starting it again', '');
    this.setState('waiting', 'nothing publishes yet', '');
  }

  setState(state: SourceStatus['state'], reason: string, nextStep: string): void {
    this.#state = state;
    this.#reason = reason;
    this.#nextStep = nextStep;
    this.#listener?.({ type: 'status', status: this.status() });
  }

  #topicStatus({ channel, messages, lastReceivedNs }: FakeTopic): TopicStatus {
    return {
      topic: channel.topic,
      schemaName: channel.schemaName,
      publishers: this.#state === 'receiving' ? 1 : 0,
      messages,
      lastReceivedNs,
    };
  }
}
