import { randomBytes } from 'node:crypto';
import { decoderFor } from '../../codec/MessageDecoder.js';
import { ros1SequenceOf } from '../../codec/ros1/ros1Log.js';
import { ros1LogSchemaName, ros1MetricListSchemaName } from '../../codec/ros1/ros1Schemas.js';
import type { Channel } from '../../model/Channel.js';
import type { Problem } from '../../model/Problem.js';
import type { Clock } from '../../seams/Clock.js';
import type { RobotSource, SourceEvent, SourceStatus } from '../../seams/RobotSource.js';
import { ChannelBook, type TopicEntry } from '../ChannelBook.js';
import { RestartPolicy } from '../RestartPolicy.js';
import { SequenceWatch } from '../SequenceWatch.js';
import { Ros1Link } from './Ros1Link.js';
import { masterUrl, Ros1Master } from './Ros1Master.js';
import { Ros1Slave } from './Ros1Slave.js';
import { ros1Words } from './ros1Words.js';

export interface Ros1SourceOptions {
  /** ROS_MASTER_URI as the robot file has it; see masterUrl. */
  readonly masterUri: string;
  /** ROS_IP: this laptop's address as the robot sees it. Empty: that of the connection to the master. */
  readonly ip: string;
  /** Whether /rosout is wanted: taken from /rosout_agg where there is one. */
  readonly rosout: boolean;
  /** Further topics of rosgraph_msgs/Log. */
  readonly logTopics: readonly string[];
  /** Topics of ros_monitoring_msgs/MetricList. */
  readonly metricTopics: readonly string[];
  readonly clock: Clock;
}

type State = SourceStatus['state'];

/** A publisher of a topic, with the connection to it when there is one. */
interface Publisher {
  readonly entry: TopicEntry;
  readonly uri: string;
  readonly policy: RestartPolicy;
  link: Ros1Link | null;
  /** Null: not open. */
  openedAtMs: number | null;
  /** Since when a connection that had stood is gone. */
  goneAtMs: number | null;
  cancelRetry: () => void;
}

/** The master is asked so often whether it is still there, and still the same. */
export const masterPollMs = 2_000;
/** So often the publishers are asked for again, where the master cannot call this laptop (a firewall). */
export const refreshMs = 30_000;

const rosoutTopic = '/rosout';
/** What the rosout node says again of all nodes: one connection in place of one a node. */
const aggregateTopic = '/rosout_agg';

/**
 * A ROS 1 robot, heard as a node of its own graph would hear it: registered at the master, connected to each publisher over
 * TCPROS. Comes back when the master does, and connects again to publishers that went. Messages with a header are numbered by their
 * publisher: what is missing is counted. MetricLists are not numbered.
 */
export class Ros1Source implements RobotSource {
  readonly #options: Ros1SourceOptions;
  readonly #book: ChannelBook;
  readonly #sequences = new SequenceWatch();
  readonly #publishers = new Map<string, Publisher>();
  /** Publishers of the topics as the master told last. */
  readonly #uris = new Map<string, readonly string[]>();
  #master: Ros1Master | null = null;
  #slave: Ros1Slave | null = null;
  #callerApi = '';
  #masterPid: number | null = null;
  #masterProblem: Problem | null = null;
  /** Since when the master has not answered. */
  #masterGoneAtMs: number | null = null;
  #refreshAtMs = 0;
  #policy = new RestartPolicy();
  #cancelPoll: () => void = () => undefined;
  #polling: Promise<void> = Promise.resolve();
  #running = false;
  #state: State = 'stopped';
  #restarts = 0;
  #lastStatus = '';
  /** This source's name in the graph. ROS 1 ends an older node of the same name: each start has another one. */
  callerId = '';

  constructor(options: Ros1SourceOptions) {
    this.#options = options;
    this.#book = new ChannelBook([
      ...(options.rosout ? [aggregateTopic, rosoutTopic] : []).map((topic) => ({
        topic,
        schemaName: ros1LogSchemaName,
      })),
      ...options.logTopics.map((topic) => ({ topic, schemaName: ros1LogSchemaName })),
      ...options.metricTopics.map((topic) => ({ topic, schemaName: ros1MetricListSchemaName })),
    ]);
  }

  start(listener: (event: SourceEvent) => void): Promise<void> {
    if (this.#running) throw new Error('the source runs already');
    this.#running = true;
    this.#restarts = 0;
    this.#masterPid = null;
    this.#masterGoneAtMs = null;
    this.#masterProblem = null;
    this.#policy = new RestartPolicy();
    this.callerId = `/tether_${process.pid}_${randomBytes(4).toString('hex')}`;
    this.#book.begin(listener);
    const url = masterUrl(this.#options.masterUri);
    if (!url.ok) {
      this.#masterProblem = url.problem;
      this.#setState('failed');
      return Promise.resolve();
    }
    this.#master = new Ros1Master(url.value, this.callerId);
    this.#setState('starting');
    this.#pollSoon(this.#master, 0);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    this.#cancelPoll();
    await this.#polling;
    for (const publisher of [...this.#publishers.values()]) this.#drop(publisher);
    await this.#leaveGraph();
    this.#uris.clear();
    this.#sequences.forgetAll();
    this.#book.forgetPublishers();
    this.#masterProblem = null;
    this.#setState('stopped');
    this.#book.end();
  }

  status(): SourceStatus {
    const { reason, nextStep } = ros1Words({
      state: this.#state,
      masterUri: this.#options.masterUri,
      heard: this.#openLinks(),
      masterProblem: this.#masterProblem,
      topicProblem: this.#book.topics.find(({ problem }) => problem !== null)?.problem ?? null,
    });
    // Of the two ways to /rosout only the one in use is told of.
    const unused = this.#usesAggregate() ? rosoutTopic : aggregateTopic;
    return {
      state: this.#state,
      reason,
      nextStep,
      topics: this.#book.status().filter(({ topic, messages }) => topic !== unused || messages > 0),
      hostPid: null,
      hostless: true,
      restarts: this.#restarts,
    };
  }

  /** Stopped while something was waited for. */
  #isOver(): boolean {
    return !this.#running;
  }

  #pollSoon(master: Ros1Master, delayMs: number): void {
    this.#cancelPoll = this.#options.clock.after(delayMs, () => {
      this.#polling = this.#poll(master);
    });
  }

  /** One look at the master. It never rejects: whatever the graph says is a value. */
  async #poll(master: Ros1Master): Promise<void> {
    const { clock } = this.#options;
    const answer = await master.pid();
    if (this.#isOver()) return;
    if (!answer.ok) {
      this.#masterFailed(master, answer.problem);
      return;
    }
    const { pid, localAddress } = answer.value;
    const isNew = pid !== this.#masterPid || this.#masterGoneAtMs !== null;
    if (isNew || clock.monotonicMs() >= this.#refreshAtMs) {
      const registered = await this.#register(master, localAddress);
      if (this.#isOver()) return;
      if (registered !== null) {
        this.#masterFailed(master, registered);
        return;
      }
    }
    if (isNew) this.#masterFound(pid);
    this.#masterProblem = null;
    this.#settle();
    this.#pollSoon(master, masterPollMs);
  }

  async #register(master: Ros1Master, localAddress: string): Promise<Problem | null> {
    this.#refreshAtMs = this.#options.clock.monotonicMs() + refreshMs;
    const address = this.#options.ip || localAddress.replace(/^::ffff:/, '');
    if (this.#slave === null) {
      this.#slave = await Ros1Slave.start(master.url, address, {
        publishers: (topic, uris) => {
          this.#publishersAre(topic, uris);
        },
      });
    }
    const host = address.includes(':') ? `[${address}]` : address;
    this.#callerApi = `http://${host}:${this.#slave.port}/`;
    for (const { topic } of this.#book.topics) {
      const uris = await master.register(topic, this.#callerApi);
      if (this.#isOver()) return null;
      if (!uris.ok) return uris.problem;
      this.#publishersAre(topic, uris.value);
    }
    return null;
  }

  #masterFound(pid: number): void {
    const { clock } = this.#options;
    if (this.#masterGoneAtMs !== null && this.#masterPid !== null) {
      const goneS = ((clock.monotonicMs() - this.#masterGoneAtMs) / 1000).toFixed(1);
      this.#book.tell({
        type: 'gap',
        reason: `the ROS master was gone for ${goneS} s; nodes that started or ended meanwhile were not heard`,
        noticedNs: clock.nowNs(),
      });
      this.#replaceSilentLinks(this.#masterGoneAtMs);
    }
    this.#masterPid = pid;
    this.#masterGoneAtMs = null;
    this.#policy = new RestartPolicy();
  }

  /** A robot that lost its power closes no connection: what said nothing since is connected to anew. */
  #replaceSilentLinks(sinceMs: number): void {
    const goneMs = this.#options.clock.monotonicMs() - sinceMs;
    const sinceNs = this.#options.clock.nowNs() - BigInt(Math.round(goneMs)) * 1_000_000n;
    for (const publisher of this.#publishers.values()) {
      if ((publisher.entry.lastReceivedNs ?? 0n) > sinceNs || publisher.link === null) continue;
      publisher.link.close();
      publisher.link = null;
      this.#connect(publisher);
    }
  }

  #masterFailed(master: Ros1Master, problem: Problem): void {
    const { clock } = this.#options;
    if (this.#masterGoneAtMs === null && this.#masterPid !== null) this.#restarts += 1;
    this.#masterGoneAtMs ??= clock.monotonicMs();
    const delayMs = Math.max(this.#policy.delayAfter(0), retryMsMin);
    this.#masterProblem = { ...problem, message: `${problem.message}; trying again in ${delayMs / 1000} s` };
    this.#settle();
    this.#pollSoon(master, delayMs);
  }

  #publishersAre(topic: string, uris: readonly string[]): void {
    if (!this.#running) return;
    this.#uris.set(topic, [...new Set(uris)].slice(0, publishersPerTopicMax));
    this.#follow();
    this.#settle();
  }

  /** Brings the connections in line with what the master says. */
  #follow(): void {
    const wanted = new Map<string, { entry: TopicEntry; uri: string }>();
    for (const entry of this.#book.topics) {
      const skip = this.#options.rosout && entry.topic === rosoutTopic && this.#usesAggregate();
      const uris = skip ? [] : (this.#uris.get(entry.topic) ?? []);
      entry.publishers = uris.length;
      if (uris.length === 0) entry.problem = null;
      for (const uri of uris) wanted.set(`${entry.topic} ${uri}`, { entry, uri });
    }
    for (const [key, publisher] of [...this.#publishers]) {
      if (!wanted.has(key)) this.#drop(publisher);
    }
    for (const [key, { entry, uri }] of wanted) {
      if (this.#publishers.has(key)) continue;
      const policy = new RestartPolicy();
      const publisher = {
        entry,
        uri,
        policy,
        link: null,
        openedAtMs: null,
        goneAtMs: null,
        cancelRetry: () => undefined,
      };
      this.#publishers.set(key, publisher);
      this.#connect(publisher);
    }
  }

  #usesAggregate(): boolean {
    return (this.#uris.get(aggregateTopic) ?? []).length > 0;
  }

  #drop(publisher: Publisher): void {
    const key = `${publisher.entry.topic} ${publisher.uri}`;
    publisher.cancelRetry();
    publisher.link?.close();
    publisher.entry.problem = null;
    this.#publishers.delete(key);
    // Another node may get the same address.
    this.#sequences.forget(key);
  }

  #connect(publisher: Publisher): void {
    const { entry, uri } = publisher;
    const { clock } = this.#options;
    const masterHost = new URL(this.#master?.url ?? uri).hostname;
    let channel: { readonly id: number; readonly numbered: boolean } | null = null;
    const options = { topic: entry.topic, publisherUri: uri, callerId: this.callerId, masterHost };
    const link = new Ros1Link(options, {
      opened: (fields) => {
        publisher.openedAtMs = clock.monotonicMs();
        entry.problem = null;
        channel = this.#open(publisher, fields);
        this.#tellReturn(publisher, channel?.numbered ?? false);
        this.#settle();
      },
      message: (data) => {
        if (channel !== null) this.#take(publisher, channel, data);
      },
      ended: (problem) => {
        this.#linkEnded(publisher, problem);
      },
    });
    publisher.link = link;
  }

  /** Numbered messages tell by themselves what is missing. */
  #tellReturn(publisher: Publisher, numbered: boolean): void {
    const { clock } = this.#options;
    if (publisher.goneAtMs !== null && !numbered) {
      const goneS = ((clock.monotonicMs() - publisher.goneAtMs) / 1000).toFixed(1);
      const reason = `the connection to ${publisher.uri} (${publisher.entry.topic}) was gone for ${goneS} s`;
      this.#book.tell({ type: 'gap', reason, noticedNs: clock.nowNs() });
    }
    publisher.goneAtMs = null;
  }

  /** The publisher has said what it sends. Null, and a problem on the screen, when that cannot be read. */
  #open(
    { entry }: Publisher,
    fields: ReadonlyMap<string, string>,
  ): { readonly id: number; readonly numbered: boolean } | null {
    const schemaText = fields.get('message_definition') ?? '';
    const channel: Channel = {
      topic: entry.topic,
      messageEncoding: 'ros1',
      schemaName: fields.get('type') ?? '',
      schemaEncoding: 'ros1msg',
      schemaText,
    };
    const decoder = decoderFor(channel);
    entry.problem = decoder.ok ? null : decoder.problem;
    if (!decoder.ok) return null;
    entry.schemaName = channel.schemaName;
    return { id: this.#book.open(channel), numbered: channel.schemaName === ros1LogSchemaName };
  }

  #take(
    { entry, uri }: Publisher,
    channel: { readonly id: number; readonly numbered: boolean },
    data: Uint8Array,
  ): void {
    const receivedNs = this.#options.clock.nowNs();
    const sequence = channel.numbered ? ros1SequenceOf(data) : null;
    if (sequence !== null) {
      const count = this.#sequences.missingBefore(`${entry.topic} ${uri}`, sequence);
      const reason = `between the node at ${uri} and this laptop (gap in its sequence numbers on ${entry.topic})`;
      this.#book.takeMissing(entry, count, reason, receivedNs);
    }
    this.#book.take(entry, { channelId: channel.id, receivedNs, data });
  }

  #linkEnded(publisher: Publisher, problem: Problem): void {
    const { clock } = this.#options;
    const { openedAtMs } = publisher;
    const stoodMs = openedAtMs === null ? 0 : clock.monotonicMs() - openedAtMs;
    publisher.link = null;
    publisher.openedAtMs = null;
    if (openedAtMs !== null) publisher.goneAtMs = clock.monotonicMs();
    const delayMs = Math.max(publisher.policy.delayAfter(stoodMs), retryMsMin);
    // A node that ends closes its connections before the master says so: only one that cannot be reached is a problem.
    if (openedAtMs === null) publisher.entry.problem ??= problem;
    this.#settle();
    publisher.cancelRetry = clock.after(delayMs, () => {
      this.#connect(publisher);
    });
  }

  async #leaveGraph(): Promise<void> {
    const { master, slave } = { master: this.#master, slave: this.#slave };
    this.#master = null;
    this.#slave = null;
    if (master !== null && slave !== null && this.#masterGoneAtMs === null) {
      await Promise.all(this.#book.topics.map(({ topic }) => master.unregister(topic, this.#callerApi)));
    }
    await slave?.stop();
  }

  #openLinks(): number {
    return [...this.#publishers.values()].filter(({ link }) => link?.isOpen === true).length;
  }

  /** Derives the state from master and connections. */
  #settle(): void {
    if (!this.#running || this.#state === 'failed') return;
    if (this.#openLinks() > 0) this.#setState('receiving');
    else this.#setState(this.#masterPid !== null && this.#masterGoneAtMs === null ? 'waiting' : 'starting');
  }

  #setState(state: State): void {
    this.#state = state;
    const status = this.status();
    const telling = JSON.stringify([status.state, status.reason, status.topics.map(({ publishers }) => publishers)]);
    if (telling === this.#lastStatus) return;
    this.#lastStatus = telling;
    this.#book.tell({ type: 'status', status });
  }
}

/** Between two tries of the same thing. */
const retryMsMin = 500;
const publishersPerTopicMax = 1_000;
