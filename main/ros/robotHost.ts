import { systemClock } from '../seams/Clock.js';
import type { NodeParameterValue, ParameterSetting } from '../model/NodeParameter.js';
import { fail, type Problem } from '../model/Problem.js';
import { discoveryPorts, occupyPorts } from './discoveryPorts.js';
import {
  batchDelayMsMax,
  type FromHost,
  heartbeatIntervalMs,
  hostStopMsMax,
  listedTopicsMax,
  portsPerHostMax,
  type ToHost,
  toHostSchema,
} from './hostMessages.js';
import { HostQueue } from './HostQueue.js';
import { LoggerLevels } from './LoggerLevels.js';
import { NodeParameters } from './NodeParameters.js';
import { NodeServices } from './NodeServices.js';
import { openRosNode, type RosNode } from './RosNode.js';
import { type ReceivedMessage, TopicReceiver } from './TopicReceiver.js';

/**
 * The robot host: a process of its own that holds one robot's ROS subscriptions and hands their bytes on. It is started by
 * `Ros2Source` with the robot's environment, speaks `hostMessages.ts` over its IPC channel, and ends when told to or when
 * the channel closes. It decodes nothing, and waits for nobody: see `HostQueue`.
 */
const reviewIntervalMs = 250;
const reportIntervalMs = 1_000;

const notStarted = fail('not-connected', 'The robot is not connected yet.', 'Try again in a moment.');

type StartMessage = Extract<ToHost, { type: 'start' }>;

class RobotHost {
  readonly #queue = new HostQueue((batch) => {
    this.#send(batch);
  });
  readonly #publishers = new Map<string, number>();
  #receivers: TopicReceiver[] = [];
  #node: RosNode | null = null;
  #levels: LoggerLevels | null = null;
  #parameters: NodeParameters | null = null;
  #cancelFlush: (() => void) | null = null;
  #flushedAtMs = -Infinity;
  #reported = '';
  #reportedAtMs = -Infinity;
  #stopping = false;

  async start({ robot, topics, nativeFile, domainId, portsToAvoid }: StartMessage): Promise<void> {
    await occupyPorts(portsToAvoid);
    if (this.#stopping) return;
    const opened = openRosNode(nodeNameOf(robot), nativeFile);
    if (!opened.ok) {
      this.#fail(opened.problem, opened.problem.code !== 'no-rclnodejs');
      return;
    }
    this.#node = opened.value;
    const services = new NodeServices(opened.value);
    this.#levels = new LoggerLevels(services);
    this.#parameters = new NodeParameters(services);
    this.#send({ type: 'started', udpPorts: discoveryPorts(domainId).slice(0, portsPerHostMax) });
    const node = opened.value;
    this.#receivers = topics.map(
      (topic, index) =>
        new TopicReceiver(node, topic, {
          message: (message) => {
            this.#take(index, message);
          },
          subscribed: ({ keptByPublishers, reliable }) => {
            this.#queue.flush(true);
            this.#send({ type: 'subscribed', index, keptByPublishers, reliable });
          },
        }),
    );
    this.#review();
    setInterval(() => {
      this.#review();
    }, reviewIntervalMs);
    setInterval(() => {
      this.#send({ type: 'heartbeat', queuedBytes: this.#queue.queuedBytes });
    }, heartbeatIntervalMs);
  }

  acknowledge(sequence: number): void {
    this.#queue.acknowledge(sequence);
    // Whatever had to wait for this goes on; what is still gathering waits for its time.
    if (this.#cancelFlush === null) this.#queue.flush();
    else if (this.#queue.isFull) this.#flush();
  }

  async setLevel(id: number, logger: string, level: number): Promise<void> {
    const set = (await this.#levels?.set(logger, level)) ?? notStarted;
    this.#send({ type: 'levelSet', id, problem: set.ok ? null : set.problem });
  }

  async readParameters(id: number, names: readonly string[]): Promise<void> {
    const nodes = (await this.#parameters?.read(names)) ?? [];
    const told = nodes.map(({ parameters, ...node }) => ({
      ...node,
      parameters: parameters.map(({ name, value }) => ({ name, value: isList(value) ? [...value] : value })),
    }));
    this.#send({ type: 'parametersRead', id, nodes: told });
  }

  async setParameters(id: number, node: string, settings: readonly ParameterSetting[]): Promise<void> {
    const set = (await this.#parameters?.set(node, settings)) ?? notStarted;
    this.#send({
      ...{ type: 'parametersSet', id, problem: set.ok ? null : set.problem },
      answers: set.ok ? [...set.value] : [],
    });
  }

  listTopics(id: number): void {
    const topics = this.#node?.topics().slice(0, listedTopicsMax) ?? [];
    this.#send({ type: 'topicsListed', id, topics: topics.map(({ topic, types }) => ({ topic, types: [...types] })) });
  }

  /** Hands on what has arrived, leaves ROS, then says so and ends. */
  stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    endWithin(hostStopMsMax);
    for (const receiver of this.#receivers) receiver.drain();
    this.#queue.flush(true);
    this.#reportMissing();
    this.#node?.shutdown();
    if (!process.connected) process.exit(0);
    process.send?.({ type: 'stopped' } satisfies FromHost, () => {
      process.exit(0);
    });
  }

  #take(index: number, { data, publisher, sequence, replayed, lostBefore }: ReceivedMessage): void {
    const receivedNs = systemClock.nowNs();
    this.#queue.add(index, {
      data,
      receivedNs,
      publisher: this.#numberOf(publisher),
      sequence,
      replayed,
      lostBefore,
    });
    if (this.#queue.isFull) this.#flush();
    else this.#cancelFlush ??= this.#flushSoon();
  }

  /** The first for a while goes with what is taken in the same wake; under load, what comes within `batchDelayMsMax` goes together. */
  #flushSoon(): () => void {
    const flush = (): void => {
      this.#flush();
    };
    const waitMs = this.#flushedAtMs + batchDelayMsMax - systemClock.monotonicMs();
    if (waitMs > 0) return systemClock.after(waitMs, flush);
    const immediate = setImmediate(flush);
    return () => {
      clearImmediate(immediate);
    };
  }

  #numberOf(gid: string): number {
    let number = this.#publishers.get(gid);
    if (number === undefined) {
      number = this.#publishers.size;
      this.#publishers.set(gid, number);
      this.#send({ type: 'publisher', number, gid });
    }
    return number;
  }

  #flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    this.#flushedAtMs = systemClock.monotonicMs();
    this.#queue.flush();
  }

  #review(): void {
    const topics = this.#receivers.map((receiver, index) => receiver.review(index));
    this.#reportMissing();
    const nowMs = systemClock.monotonicMs();
    const telling = JSON.stringify(topics);
    if (telling === this.#reported && nowMs - this.#reportedAtMs < reportIntervalMs) return;
    this.#reported = telling;
    this.#reportedAtMs = nowMs;
    this.#send({ type: 'topics', topics });
  }

  #reportMissing(): void {
    for (const { stage, count } of this.#queue.takeMissing()) this.#send({ type: 'loss', stage, count });
  }

  #fail(problem: Problem, retry: boolean): void {
    endWithin(hostStopMsMax);
    process.send?.({ type: 'failed', problem, retry } satisfies FromHost, () => {
      process.exit(1);
    });
  }

  #send(message: FromHost): void {
    if (process.connected) process.send?.(message, () => undefined);
  }
}

function isList(value: NodeParameterValue | null): value is readonly string[] {
  return typeof value === 'object' && value !== null;
}

/** Node names have letters, digits and underscores only. */
function nodeNameOf(robot: string): string {
  return `tether_${robot.replaceAll(/[^A-Za-z0-9_]/g, '_')}_${process.pid}`;
}

/** A watchdog: whatever hangs in ROS or DDS, the process ends. */
function endWithin(milliseconds: number): void {
  setTimeout(() => {
    process.kill(process.pid, 'SIGKILL');
  }, milliseconds);
}

const host = new RobotHost();

process.on('message', (message) => {
  const parsed = toHostSchema.safeParse(message);
  if (!parsed.success) {
    process.stderr.write('ignored a message that nobody sends to a robot host\n');
    return;
  }
  switch (parsed.data.type) {
    case 'start':
      void host.start(parsed.data);
      break;
    case 'ack':
      host.acknowledge(parsed.data.sequence);
      break;
    case 'setLevel':
      void host.setLevel(parsed.data.id, parsed.data.logger, parsed.data.level);
      break;
    case 'readParameters':
      void host.readParameters(parsed.data.id, parsed.data.names);
      break;
    case 'setParameters':
      void host.setParameters(parsed.data.id, parsed.data.node, parsed.data.settings);
      break;
    case 'listTopics':
      host.listTopics(parsed.data.id);
      break;
    case 'stop':
      host.stop();
      break;
  }
});

process.on('disconnect', () => {
  host.stop();
});
// Ctrl+C in a terminal reaches every process of the group: the end is the engine's to order.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => {
  host.stop();
});
