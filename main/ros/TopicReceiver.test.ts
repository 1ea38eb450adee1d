import { expect, it } from 'vitest';
import { ros2LogSchemaName, ros2MetricListSchemaName } from '../codec/schemas.js';
import { fail, succeed } from '../model/Problem.js';
import type { HostTopic } from './hostMessages.js';
import { type Clock, systemClock } from '../seams/Clock.js';
import type { PublisherFacts, RosNode, SubscriptionQuality } from './RosNode.js';
import { backAfterMs, TopicReceiver } from './TopicReceiver.js';

const rosout: HostTopic = { topic: '/rosout', schemaName: ros2LogSchemaName, kind: 'log' };
const metrics: HostTopic = { topic: '/metrics', schemaName: ros2MetricListSchemaName, kind: 'metric' };

const rclcpp: PublisherFacts = { node: 'a', schemaName: ros2LogSchemaName, reliable: true, keepsMessages: true };

/** Stands for the graph: its publishers are what a test says. */
class Graph implements RosNode {
  found: readonly PublisherFacts[] = [];
  readonly did: string[] = [];
  #opened = 0;

  subscribe(_topic: string, _schema: string, quality: SubscriptionQuality): ReturnType<RosNode['subscribe']> {
    const number = ++this.#opened;
    const reliable = quality.reliable ? 'reliable' : 'best effort';
    this.did.push(`open ${number}: ${reliable}, ${quality.keptByPublishers ? 'transient local' : 'volatile'}`);
    return succeed({
      drain: () => this.did.push(`drain ${number}`),
      close: () => this.did.push(`close ${number}`),
    });
  }

  publishers(): readonly PublisherFacts[] {
    return this.found;
  }

  openService(): ReturnType<RosNode['openService']> {
    return fail('no-service', 'none', '');
  }

  subscribers(): readonly never[] {
    return [];
  }

  topics(): readonly never[] {
    return [];
  }

  nodes(): readonly string[] {
    return [];
  }

  rmw(): string {
    return 'none';
  }

  shutdown(): void {
    this.did.push('shutdown');
  }
}

function receiver(graph: RosNode, topic: HostTopic, did: string[], clock: Clock = systemClock): TopicReceiver {
  const events = { message: () => undefined, subscribed: () => did.push('subscribed') };
  return new TopicReceiver(graph, topic, events, clock);
}

/** Monotonic time as a test says it. */
function clockAt(now: { ms: number }): Clock {
  return { ...systemClock, monotonicMs: () => now.ms };
}

it('asks for the best first, and stays there while all offer it', () => {
  const graph = new Graph();
  const tested = receiver(graph, rosout, graph.did);
  graph.found = [rclcpp, rclcpp];
  expect(tested.review(0)).toEqual({ index: 0, publishers: 2, problem: null, numbered: null, lowered: null });
  expect(graph.did).toEqual(['open 1: reliable, transient local', 'subscribed']);
});

it('takes what all offer, opening before it closes, and does not go back at once', () => {
  const graph = new Graph();
  const tested = receiver(graph, rosout, graph.did);
  graph.found = [rclcpp, { ...rclcpp, keepsMessages: false }];
  tested.review(0);
  graph.found = [{ ...rclcpp, reliable: false }];
  tested.review(0);
  graph.found = [rclcpp];
  tested.review(0);
  expect(graph.did).toEqual([
    'open 1: reliable, transient local',
    'subscribed',
    'open 2: reliable, volatile',
    'drain 1',
    'close 1',
    'subscribed',
    'open 3: best effort, volatile',
    'drain 2',
    'close 2',
    'subscribed',
  ]);
});

it('goes back to the better when a publisher that lowered it has been gone for a while, later each time', () => {
  const graph = new Graph();
  const now = { ms: 0 };
  const tested = receiver(graph, rosout, graph.did, clockAt(now));
  const review = (ms: number, ...found: readonly PublisherFacts[]): void => {
    now.ms += ms;
    graph.found = found;
    tested.review(0);
  };
  const odd = { ...rclcpp, node: 'odd', reliable: false };
  const opened = (): readonly string[] => graph.did.filter((each) => each.startsWith('open'));
  const high = 'reliable, transient local';
  const low = 'best effort, transient local';
  review(1_000, rclcpp, odd);
  review(1_000, rclcpp);
  review(backAfterMs - 1, rclcpp);
  // There again: the time begins anew.
  review(1, rclcpp, odd);
  review(1, rclcpp);
  review(backAfterMs - 1, rclcpp);
  expect(opened()).toEqual([`open 1: ${high}`, `open 2: ${low}`]);
  review(1, rclcpp);
  expect(opened()).toEqual([`open 1: ${high}`, `open 2: ${low}`, `open 3: ${high}`]);
  expect(graph.did.slice(-4)).toEqual([`open 3: ${high}`, 'drain 2', 'close 2', 'subscribed']);
  review(1, rclcpp, odd);
  review(1, rclcpp);
  review(backAfterMs, rclcpp);
  expect(opened()).toHaveLength(4);
  // A graph without anybody says nothing of what will come.
  review(backAfterMs);
  review(1, rclcpp);
  review(2 * backAfterMs, rclcpp);
  expect(opened().slice(3)).toEqual([`open 4: ${low}`, `open 5: ${high}`]);
});

it('names those that lower it for the others, and nobody where all offer the same', () => {
  const graph = new Graph();
  const tested = receiver(graph, rosout, graph.did);
  graph.found = [rclcpp, { ...rclcpp, node: 'odd', reliable: false, keepsMessages: false }];
  const { lowered } = tested.review(0);
  expect(lowered).toMatch(
    /^odd publishes best effort, .*counted.* odd publishes without keeping anything \(volatile\)/u,
  );
  graph.found = [{ ...rclcpp, reliable: false, keepsMessages: false }];
  expect(tested.review(0).lowered).toBeNull();
  const ofMetrics = receiver(graph, metrics, graph.did);
  graph.found = [rclcpp, { ...rclcpp, keepsMessages: false }].map((each) => ({
    ...each,
    schemaName: metrics.schemaName,
  }));
  expect(ofMetrics.review(0).lowered).toBeNull();
});

it('does not ask for the history of metrics', () => {
  const graph = new Graph();
  receiver(graph, metrics, graph.did);
  expect(graph.did[0]).toBe('open 1: reliable, volatile');
});

it('names a publisher of another type, and does not count it', () => {
  const graph = new Graph();
  const tested = receiver(graph, rosout, graph.did);
  graph.found = [rclcpp, { ...rclcpp, node: 'odd', schemaName: 'std_msgs/msg/String' }];
  expect(tested.review(3)).toMatchObject({ index: 3, publishers: 1, problem: { code: 'other-type' } });
  expect(graph.did).toHaveLength(2);
});

it('keeps the problem of a topic that cannot be subscribed', () => {
  const graph = new Graph();
  graph.subscribe = () => fail('no-message-package', 'missing', 'build it');
  const tested = receiver(graph, metrics, graph.did);
  graph.found = [{ ...rclcpp, schemaName: ros2MetricListSchemaName }];
  expect(tested.review(1)).toEqual({
    index: 1,
    publishers: 0,
    problem: { code: 'no-message-package', message: 'missing', nextStep: 'build it' },
    numbered: null,
    lowered: null,
  });
});
