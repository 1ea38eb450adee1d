import { ros2LogSchemaName, ros2MetricListSchemaName } from '../../codec/schemas.js';
import { readRos1Log, ros1SequenceOf } from '../../codec/ros1/ros1Log.js';
import { ros1LogSchemaName } from '../../codec/ros1/ros1Schemas.js';
import type { NumericRule } from '../../model/NumericRule.js';
import type { Problem } from '../../model/Problem.js';
import { unreachable } from '../../model/unreachable.js';
import type { Clock } from '../../seams/Clock.js';
import type { RobotSource, SourceEvent, SourceStatus } from '../../seams/RobotSource.js';
import { ChannelBook, type TopicEntry } from '../ChannelBook.js';
import { ReplayFilter } from '../ReplayFilter.js';
import { RestartPolicy } from '../RestartPolicy.js';
import { SequenceWatch } from '../SequenceWatch.js';
import { channelOf, type ReadableChannel } from './channelOf.js';
import { FoxgloveConnection } from './FoxgloveConnection.js';
import { type AdvertisedChannel, channelsMax, type MessageData, type ServerMessage } from './foxgloveMessages.js';
import { foxgloveUrl } from './foxgloveProblem.js';

export interface FoxgloveSourceOptions {
  /** As the robot file has it; see foxgloveUrl. */
  readonly address: string;
  readonly logTopics: readonly string[];
  readonly metricTopics: readonly string[];
  /** Topics of plain numbers, from the root on: of ROS 2 types in CDR. */
  readonly numericRules?: readonly NumericRule[];
  readonly clock: Clock;
  /** The last messages taken in before this process began: their replay is left out. */
  readonly seenBefore?: readonly { readonly topic: string; readonly data: Uint8Array }[];
}

type State = SourceStatus['state'];

/** A channel of the present connection that was subscribed to. The subscription's id is the server's channel id. */
interface Subscribed {
  readonly entry: TopicEntry;
  readonly channelId: number;
  readonly readable: ReadableChannel;
}

/**
 * A robot behind a Foxglove WebSocket server (foxglove_bridge, the Foxglove SDK): for a laptop without ROS. Connects again by
 * itself, later and later up to a bound, with the same channel ids; what the bridge's publishers send a second time is left out.
 *
 * The protocol has no sequence numbers. What a bridge drops on a slow link is therefore not counted, and the status says so;
 * of ROS 1 logs the nodes' own numbers tell it. After a broken connection a row says that messages may be missing.
 */
export class FoxgloveSource implements RobotSource {
  readonly #options: FoxgloveSourceOptions;
  readonly #book: ChannelBook;
  readonly #replays = new ReplayFilter();
  readonly #sequences = new SequenceWatch();
  readonly #subscribed = new Map<number, Subscribed>();
  /** All that the bridge offers, by its channel id: to say what there is when nothing of it is wanted. */
  readonly #offered = new Map<number, AdvertisedChannel>();
  #policy = new RestartPolicy();
  #connection: FoxgloveConnection | null = null;
  #connectedAtMs = 0;
  #saidGarbage = false;
  /** Since when a connection that had stood is gone, laptop time. */
  #goneSinceMs: number | null = null;
  #cancelRetry: () => void = () => undefined;
  #running = false;
  #state: State = 'stopped';
  #problem: Problem | null = null;
  #serverName = '';
  #restarts = 0;
  #lastStatus = '';
  /** Messages left out because they had come before. Not a loss. */
  replayDuplicates = 0;
  /** Frames that are none of the protocol's. */
  garbageFrames = 0;

  constructor(options: FoxgloveSourceOptions) {
    this.#options = options;
    this.#book = new ChannelBook([
      ...options.logTopics.map((topic) => ({ topic, schemaName: ros2LogSchemaName })),
      ...options.metricTopics.map((topic) => ({ topic, schemaName: ros2MetricListSchemaName })),
      ...(options.numericRules ?? []),
    ]);
    for (const { topic, data } of options.seenBefore ?? []) this.#replays.remember(topic, data);
  }

  start(listener: (event: SourceEvent) => void): Promise<void> {
    if (this.#running) throw new Error('the source runs already');
    this.#running = true;
    this.#restarts = 0;
    this.#policy = new RestartPolicy();
    this.#book.begin(listener);
    const url = foxgloveUrl(this.#options.address);
    if (url.ok) this.#connect(url.value);
    else this.#setState('failed', url.problem);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    this.#cancelRetry();
    const connection = this.#connection;
    this.#connection = null;
    await connection?.close();
    this.#forgetConnection();
    this.#goneSinceMs = null;
    this.#setState('stopped', null);
    this.#book.end();
  }

  status(): SourceStatus {
    const { reason, nextStep } = this.#words();
    return {
      state: this.#state,
      reason,
      nextStep,
      topics: this.#book.status(),
      hostPid: null,
      hostless: true,
      restarts: this.#restarts,
    };
  }

  #connect(url: string): void {
    const { clock } = this.#options;
    const connection = new FoxgloveConnection(url, clock, {
      said: (message) => {
        if (connection === this.#connection) this.#said(connection, message);
      },
      data: (message) => {
        if (connection === this.#connection) this.#take(message);
      },
      garbage: () => {
        if (connection === this.#connection) this.#tookGarbage();
      },
      ended: (problem) => {
        if (connection === this.#connection) this.#ended(url, problem);
      },
    });
    this.#connection = connection;
    this.#connectedAtMs = clock.monotonicMs();
    this.#saidGarbage = false;
    // The reason of the last failure stays on the screen until the connection stands.
    this.#setState('starting', this.#problem);
  }

  #said(connection: FoxgloveConnection, message: ServerMessage): void {
    switch (message.op) {
      case 'serverInfo':
        this.#greeted(message.name);
        break;
      case 'advertise':
        this.#advertised(connection, message.channels);
        break;
      case 'unadvertise':
        for (const id of message.channelIds) this.#unadvertised(id);
        this.#settle();
        break;
      case 'status':
        if (message.level >= warningLevel) this.#tellGap(`the bridge says: ${message.message}`);
        break;
      default:
        unreachable(message);
    }
  }

  #greeted(name: string): void {
    this.#serverName = name;
    if (this.#goneSinceMs !== null) {
      const goneS = ((this.#options.clock.monotonicMs() - this.#goneSinceMs) / 1000).toFixed(1);
      this.#goneSinceMs = null;
      this.#tellGap(`the connection to the robot was gone for ${goneS} s`);
    }
    this.#setState('waiting', null);
  }

  #advertised(connection: FoxgloveConnection, channels: readonly AdvertisedChannel[]): void {
    const wanted: { id: number; channelId: number }[] = [];
    for (const advertised of channels) {
      if (this.#offered.size < channelsMax) this.#offered.set(advertised.id, advertised);
      const entry = this.#book.find(advertised.topic);
      if (entry === undefined || this.#subscribed.has(advertised.id)) continue;
      const readable = channelOf(advertised, this.#options.numericRules);
      if (!readable.ok) {
        entry.problem = readable.problem;
        continue;
      }
      entry.problem = null;
      entry.schemaName = readable.value.channel.schemaName;
      entry.publishers += 1;
      const channelId = this.#book.open(readable.value.channel);
      this.#subscribed.set(advertised.id, { entry, channelId, readable: readable.value });
      this.#metPublisher(entry);
      wanted.push({ id: advertised.id, channelId: advertised.id });
    }
    connection.subscribe(wanted);
    this.#settle();
  }

  /** A bridge hands on what transient-local publishers kept, also what came over the connection before. */
  #metPublisher({ topic, publishers }: TopicEntry): void {
    const nowMs = this.#options.clock.monotonicMs();
    this.#replays.subscribed(topic, true, nowMs);
    this.#replays.publishersChanged(topic, publishers - 1, publishers, nowMs);
  }

  #unadvertised(id: number): void {
    this.#offered.delete(id);
    const known = this.#subscribed.get(id);
    if (known === undefined) return;
    this.#subscribed.delete(id);
    known.entry.publishers -= 1;
  }

  /** What is offered decides between `receiving` and `waiting`. */
  #settle(): void {
    this.#setState(this.#subscribed.size > 0 ? 'receiving' : 'waiting', null);
  }

  #take({ subscriptionId, data }: MessageData): void {
    const known = this.#subscribed.get(subscriptionId);
    if (known === undefined) return;
    const { entry, channelId, readable } = known;
    const { clock } = this.#options;
    const receivedNs = clock.nowNs();
    const converted = readable.convert === null ? data : readable.convert(data, receivedNs);
    // Bytes that cannot be converted go on as they are: whoever decodes them counts them.
    const bytes = converted ?? data;
    if (this.#replays.isReplay(entry.topic, bytes, clock.monotonicMs())) {
      this.replayDuplicates += 1;
      return;
    }
    if (readable.channel.schemaName === ros1LogSchemaName && readable.channel.messageEncoding === 'ros1')
      this.#countMissing(entry, bytes, receivedNs);
    this.#book.take(entry, { channelId, receivedNs, data: bytes });
  }

  /** On /rosout each node has a publisher of its own, which its name tells apart; /rosout_agg has one for all. */
  #countMissing(entry: TopicEntry, data: Uint8Array, receivedNs: bigint): void {
    const { topic } = entry;
    const sequence = ros1SequenceOf(data);
    const log = readRos1Log(data, topic, receivedNs);
    if (sequence === null || log === null) return;
    const publisher = topic.endsWith('_agg') ? topic : `${topic} ${log.node}`;
    const count = this.#sequences.missingBefore(publisher, sequence);
    const reason = `between ${log.node} and this laptop (gap in its sequence numbers on ${topic})`;
    this.#book.takeMissing(entry, count, reason, receivedNs);
  }

  /** Told once a connection: a server that is out of order may send much of it. */
  #tookGarbage(): void {
    this.garbageFrames += 1;
    if (this.#saidGarbage) return;
    this.#saidGarbage = true;
    this.#tellGap('the bridge sent something that is not of its protocol');
  }

  #ended(url: string, problem: Problem): void {
    const { clock } = this.#options;
    this.#connection = null;
    const stood = this.#state === 'receiving' || this.#state === 'waiting';
    if (stood) {
      this.#goneSinceMs = clock.monotonicMs();
      this.#restarts += 1;
    }
    this.#forgetConnection();
    const delayMs = this.#policy.delayAfter(stood ? clock.monotonicMs() - this.#connectedAtMs : 0);
    const again = delayMs === 0 ? 'trying again' : `trying again in ${delayMs / 1000} s`;
    this.#setState('starting', { ...problem, message: `${problem.message}; ${again}` });
    this.#cancelRetry = clock.after(delayMs, () => {
      this.#connect(url);
    });
  }

  #forgetConnection(): void {
    this.#subscribed.clear();
    this.#offered.clear();
    this.#sequences.forgetAll();
    this.#book.forgetPublishers();
    for (const entry of this.#book.topics) entry.problem = null;
  }

  #tellGap(reason: string): void {
    this.#book.tell({ type: 'gap', reason, noticedNs: this.#options.clock.nowNs() });
  }

  #setState(state: State, problem: Problem | null): void {
    this.#state = state;
    this.#problem = problem;
    const status = this.status();
    // Counts of messages change all the time: only what a person would notice is told.
    const telling = JSON.stringify([status.state, status.reason, status.topics.map(({ publishers }) => publishers)]);
    if (telling === this.#lastStatus) return;
    this.#lastStatus = telling;
    this.#book.tell({ type: 'status', status });
  }

  #words(): { reason: string; nextStep: string } {
    if (this.#problem !== null) return { reason: this.#problem.message, nextStep: this.#problem.nextStep };
    const unreadable = this.#book.topics.find(({ problem }) => problem !== null)?.problem ?? null;
    if (unreadable !== null && this.#state !== 'stopped')
      return { reason: unreadable.message, nextStep: unreadable.nextStep };
    const place = `${this.#serverName || 'the Foxglove bridge'} at ${this.#options.address}`;
    switch (this.#state) {
      case 'starting':
        return { reason: `connecting to ${this.#options.address}`, nextStep: '' };
      case 'waiting':
        return this.#nothingWanted(place);
      case 'receiving':
        return {
          reason: `${place} gives ${this.#subscribed.size} of its ${this.#offered.size} topics; what it drops on a slow link is not counted`,
          nextStep: '',
        };
      case 'stopped':
      case 'failed':
        return { reason: 'disconnected', nextStep: '' };
      default:
        return unreachable(this.#state);
    }
  }

  #nothingWanted(place: string): { reason: string; nextStep: string } {
    const wanted = this.#book.topics.map(({ topic }) => topic).join(', ');
    const readable = [...this.#offered.values()].filter((advertised) => channelOf(advertised).ok);
    const names = readable.slice(0, namedTopicsMax).map(({ topic }) => topic);
    const reason = `${place} offers ${this.#offered.size} topics, but none of ${wanted}`;
    if (names.length > 0) {
      return {
        reason,
        nextStep: `It has ${names.join(', ')}: add what you want to the lists of topics in the robot file.`,
      };
    }
    return {
      reason,
      nextStep: 'Check that the nodes run, and that the bridge lets these topics through (topic_whitelist).',
    };
  }
}

/** Of `status`: 0 info, 1 warning, 2 error. */
const warningLevel = 1;
const namedTopicsMax = 5;
