import { ros2Channel } from '../codec/schemas.js';
import type { ParameterSetting, RunningNode, SettingAnswer, TopicOnRobot } from '../model/NodeParameter.js';
import { fail, type Problem, type Result } from '../model/Problem.js';
import { ros2LevelOf, type Severity } from '../model/Severity.js';
import { unreachable } from '../model/unreachable.js';
import type { RobotSource, SourceEvent, SourceMessage, SourceStatus } from '../seams/RobotSource.js';
import { type BatchMessage, type FromHost, type ToHost, type TopicReport, topicsPerHostMax } from './hostMessages.js';
import { HostCalls } from './HostCalls.js';
import { HostKeeper, type HostOptions } from './HostKeeper.js';
import { HostSuccession } from './HostSuccession.js';
import { listedTopics, type TopicLists } from './listedTopics.js';
import { noInterface, RunEnvironment, type RunEnvironmentParts } from './environment/RunEnvironment.js';
import { ros2Words } from './ros2Words.js';
import { newTopicState, type TopicState, topicStatusOf } from './TopicState.js';

/**
 * A ROS 2 robot, received by a host process of its own (`robotHost.ts`) that is kept alive: started again when it dies or
 * falls silent, with the same channel ids. What publishers send a second time to the new host is recognised and left out: see
 * `HostSuccession`.
 *
 * Losses come in their place between the messages. What DDS lost, and what the host's queue dropped, the host says; what went
 * missing between a host's end and its successor's first message is found by the publishers' numbers.
 */
export interface Ros2SourceOptions extends TopicLists, RunEnvironmentParts, Omit<HostOptions, 'topics'> {
  /** The last messages taken in before this process began: their replay is left out. */
  readonly seenBefore?: readonly { readonly topic: string; readonly data: Uint8Array }[];
}

type State = SourceStatus['state'];

export class Ros2Source implements RobotSource {
  readonly #options: Ros2SourceOptions;
  readonly #topics: readonly TopicState[];
  readonly #calls = new HostCalls();
  readonly #succession = new HostSuccession();
  readonly #environment: RunEnvironment;
  readonly #keeper: HostKeeper;
  #listener: (event: SourceEvent) => void = () => undefined;
  #running = false;
  /** Counts the calls of `start`. */
  #run = 0;
  #state: State = 'stopped';
  #problem: Problem | null = null;
  #restarts = 0;
  #lastStatus = '';
  /** Messages left out because the publisher had sent them before. Not a loss. */
  replayDuplicates = 0;
  /** What came over the host's channel and was none of its messages. */
  garbageFromHost = 0;

  constructor(options: Ros2SourceOptions) {
    this.#options = options;
    this.#topics = listedTopics(options).map(newTopicState);
    for (const { topic, data } of options.seenBefore ?? []) this.#succession.replays.remember(topic, data);
    this.#environment = new RunEnvironment(options, {
      found: (ros) => {
        if (this.#problem?.code === noInterface) this.#problem = null;
        this.#keeper.start(ros);
      },
      waiting: (problem) => {
        this.#setState('starting', problem);
      },
      failed: (problem) => {
        this.#fail(problem);
      },
      outdated: (addresses) => {
        void this.#renew(addresses);
      },
    });
    const topics = this.#topics.map(({ topic }) => topic);
    this.#keeper = new HostKeeper(
      { ...options, topics },
      {
        started: () => {
          this.#hostStarted();
        },
        message: (message) => {
          this.#take(message);
        },
        garbage: () => {
          this.#tookGarbage();
        },
        ended: (again) => {
          this.#hostEnded(again);
        },
      },
    );
  }

  start(listener: (event: SourceEvent) => void): Promise<void> {
    if (this.#running) throw new Error('the source runs already');
    this.#listener = listener;
    this.#running = true;
    this.#run += 1;
    this.#restarts = 0;
    this.#problem = null;
    // A new listener has to hear of the channels; their ids stay.
    for (const topic of this.#topics) topic.announced = false;
    this.#succession.pause();
    if (this.#topics.length > topicsPerHostMax) this.#fail(tooManyTopics(this.#topics.length));
    else this.#prepare();
    return Promise.resolve();
  }

  /** The environment is that of the whole run: a host that is started again gets the same, until the interface's addresses change. */
  #prepare(): void {
    this.#setState('starting', this.#problem);
    this.#environment.begin();
  }

  /** A host for the addresses that the interface has now. What publishers send meanwhile is asked for again, or counted. */
  async #renew(addresses: readonly string[]): Promise<void> {
    const run = this.#run;
    await this.#keeper.stop();
    if (!this.#running || run !== this.#run) return;
    this.#restarts += 1;
    this.#problem = addressesChanged(addresses);
    this.#prepare();
  }

  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    this.#environment.end();
    await this.#keeper.stop();
    this.#calls.giveUp();
    this.#forgetPublishers();
    this.#setState('stopped', null);
    this.#listener = () => undefined;
  }

  async setLoggerLevel(logger: string, severity: Severity): Promise<Result<void>> {
    return await this.#ask((id) => ({ type: 'setLevel', id, logger, level: ros2LevelOf(severity) }));
  }

  async readParameters(names: readonly string[]): Promise<Result<readonly RunningNode[]>> {
    return await this.#ask((id) => ({ type: 'readParameters', id, names: [...names] }));
  }

  async setParameters(node: string, settings: readonly ParameterSetting[]): Promise<Result<readonly SettingAnswer[]>> {
    const told = settings.map(({ value, ...setting }) => ({
      ...setting,
      value: typeof value === 'object' ? [...value] : value,
    }));
    return await this.#ask((id) => ({ type: 'setParameters', id, node, settings: told }));
  }

  async listTopics(): Promise<Result<readonly TopicOnRobot[]>> {
    return await this.#ask((id) => ({ type: 'listTopics', id }));
  }

  async #ask<T>(request: (id: number) => ToHost): Promise<Result<T>> {
    if (!this.#keeper.isThere) return fail('not-connected', 'The robot is not connected.', 'Connect it first.');
    return await this.#calls.ask<T>((id) => {
      this.#keeper.send(request(id));
    });
  }

  status(): SourceStatus {
    const { reason, nextStep } = this.#words();
    return {
      state: this.#state,
      reason,
      nextStep,
      topics: this.#topics.map(topicStatusOf),
      hostPid: this.#keeper.pid,
      restarts: this.#restarts,
    };
  }

  #hostStarted(): void {
    this.#succession.hostStarts();
    // Why the one before ended stays on the screen until this one runs.
    this.#setState('starting', this.#problem);
  }

  #take(message: FromHost): void {
    switch (message.type) {
      case 'batch':
        this.#takeBatch(message);
        this.#keeper.send({ type: 'ack', sequence: message.sequence });
        break;
      case 'started':
        this.#setState('waiting', null);
        break;
      case 'subscribed':
        this.#subscribed(message.index, message.keptByPublishers);
        break;
      case 'publisher':
        this.#succession.publisherMet(message.number, message.gid);
        break;
      case 'topics':
        this.#takeReports(message.topics);
        break;
      case 'loss':
        this.#countLoss(message.stage, message.count, null);
        break;
      case 'failed':
        if (!message.retry) this.#fail(message.problem);
        break;
      case 'levelSet':
        this.#calls.answer(message.id, message.problem);
        break;
      case 'parametersRead':
        this.#calls.answer(message.id, null, message.nodes);
        break;
      case 'parametersSet':
        this.#calls.answer(message.id, message.problem, message.answers);
        break;
      case 'topicsListed':
        this.#calls.answer(message.id, null, message.topics);
        break;
      case 'heartbeat':
      case 'stopped':
        break;
      default:
        unreachable(message);
    }
  }

  /** Told at the first: a host that is out of order is ended soon, or says it of every batch. */
  #tookGarbage(): void {
    this.garbageFromHost += 1;
    if (this.garbageFromHost > 1) return;
    const reason = 'the robot host said something that could not be understood';
    this.#listener({ type: 'gap', reason, noticedNs: this.#options.clock.nowNs() });
  }

  #takeBatch(batch: BatchMessage): void {
    const { index, bytes, ends, receivedNs, publishers, sequences, losses, replayed } = batch;
    const state = this.#topics[index];
    if (state === undefined) {
      this.#tookGarbage();
      return;
    }
    this.#announce(state, index);
    const nowMs = this.#options.clock.monotonicMs();
    let messages: SourceMessage[] = [];
    const handOn = (): void => {
      if (messages.length > 0) this.#handOn(state, messages);
      messages = [];
    };
    let begin = 0;
    let nextLoss = 0;
    for (let place = 0; place < ends.length; place += 1) {
      const end = ends[place] ?? begin;
      const data = bytes.subarray(begin, end);
      begin = end;
      for (let loss = losses[nextLoss]; loss?.place === place; loss = losses[++nextLoss]) {
        handOn();
        this.#countLoss(loss.stage, loss.count, state, receivedNs[place]);
      }
      const message = { publisher: publishers[place] ?? -1, sequence: sequences[place] ?? 0, data };
      const { again, lostBetweenHosts } = this.#succession.placeOf(state.topic.topic, message, nowMs);
      if (lostBetweenHosts > 0) {
        handOn();
        this.#countLoss('host', lostBetweenHosts, state, receivedNs[place]);
      }
      const at = receivedNs[place] ?? 0n;
      const handed = state.reader === null ? data : state.reader.read(data, at);
      if (again) this.replayDuplicates += 1;
      else if (handed === null) {
        handOn();
        this.#countLoss('decode', 1, state);
      } else if (handed !== 'empty') {
        messages.push({ channelId: index, receivedNs: at, data: handed, ...(replayed === null ? {} : { replayed }) });
      }
    }
    handOn();
    // Publishers are counted only now and then: what sends is there, also when all of it was there before.
    if (this.#state === 'waiting') this.#setState('receiving', null);
  }

  #handOn(state: TopicState, messages: readonly SourceMessage[]): void {
    state.messages += messages.length;
    state.lastReceivedNs = messages.at(-1)?.receivedNs ?? null;
    this.#listener({ type: 'messages', messages });
  }

  #subscribed(index: number, keptByPublishers: boolean): void {
    const state = this.#topics[index];
    if (state === undefined) return;
    this.#succession.replays.subscribed(state.topic.topic, keptByPublishers, this.#options.clock.monotonicMs());
    this.#announce(state, index);
  }

  /** A topic's index is its channel id, over all restarts. */
  #announce(state: TopicState, index: number): void {
    if (state.announced) return;
    state.announced = true;
    this.#listener({
      type: 'channel',
      channelId: index,
      channel: ros2Channel(state.topic.topic, state.channelSchema),
    });
  }

  #takeReports(reports: readonly TopicReport[]): void {
    const nowMs = this.#options.clock.monotonicMs();
    for (const { index, publishers, problem, numbered, lowered } of reports) {
      const state = this.#topics[index];
      if (state === undefined) continue;
      this.#succession.replays.publishersChanged(state.topic.topic, state.publishers, publishers, nowMs);
      state.publishers = publishers;
      state.problem = problem;
      state.numbered = numbered ?? state.numbered;
      state.lowered = lowered;
    }
    this.#setState(this.#topics.some(({ publishers }) => publishers > 0) ? 'receiving' : 'waiting', null);
  }

  #hostEnded(again: Problem | null): void {
    this.#calls.giveUp();
    this.#forgetPublishers();
    if (again === null) return;
    this.#restarts += 1;
    this.#setState('starting', again);
  }

  /** @param noticedNs when the message came that the loss was noticed by; absent: now */
  #countLoss(
    stage: 'dds' | 'host' | 'decode',
    count: number,
    state: TopicState | null,
    noticedNs = this.#options.clock.nowNs(),
  ): void {
    if (stage === 'dds' && state !== null) state.lost += count;
    const where = state === null ? '' : ` (${state.topic.topic})`;
    const reason = `${lossWords[stage]}${where}`;
    this.#listener({ type: 'loss', loss: { stage, count, reason, noticedNs } });
  }

  #fail(problem: Problem): void {
    this.#forgetPublishers();
    this.#setState('failed', problem);
  }

  #forgetPublishers(): void {
    for (const state of this.#topics) state.publishers = 0;
  }

  #setState(state: State, problem: Problem | null): void {
    this.#state = state;
    this.#problem = problem;
    const status = this.status();
    // Counts of messages change all the time: only what a person would notice is told.
    const telling = JSON.stringify([
      status.state,
      status.reason,
      status.hostPid,
      status.topics.map(({ publishers }) => publishers),
    ]);
    if (telling === this.#lastStatus) return;
    this.#lastStatus = telling;
    this.#listener({ type: 'status', status });
  }

  #words(): { reason: string; nextStep: string } {
    const problem = this.#problem ?? this.#topics.find((topic) => topic.problem !== null)?.problem ?? null;
    if (problem !== null && this.#state !== 'stopped') return { reason: problem.message, nextStep: problem.nextStep };
    const publishers = this.#topics.reduce((sum, topic) => sum + topic.publishers, 0);
    return ros2Words(this.#state, this.#options.config.domainId, publishers);
  }
}

const lossWords = { dds: 'DDS history', host: 'robot host', decode: 'not of its type' } as const;

function addressesChanged(addresses: readonly string[]): Problem {
  return {
    code: 'addresses-changed',
    message: `the chosen network interface has other addresses now (${addresses.join(', ')})`,
    nextStep: '',
  };
}

function tooManyTopics(count: number): Problem {
  return {
    code: 'too-many-topics',
    message: `${count} topics are listed, ${topicsPerHostMax} can be received`,
    nextStep: 'Shorten the lists of topics in the robot file.',
  };
}
