import { expect, it } from 'vitest';
import { ros2LogSchemaName, ros2MetricListSchemaName } from '../codec/schemas.js';
import { fail, succeed } from '../model/Problem.js';
import type { HostTopic } from './hostMessages.js';
import type { PublisherFacts, RosNode, SubscriptionQuality } from './RosNode.js';
import { TopicReceiver } from './TopicReceiver.js';

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

function receiver(graph: RosNode, topic: HostTopic, did: string[]): TopicReceiver {
  return new TopicReceiver(graph, topic, {
    message: () => undefined,
    subscribed: () => did.push('subscribed'),
  });
}

it('asks for the best first, and stays there while all offer it', () => {
  const graph = new Graph();
  const tested = receiver(graph, rosout, graph.did);
  graph.found = [rclcpp, rclcpp];
  expect(tested.review(0)).toEqual({ index: 0, publishers: 2, problem: null, numbered: null });
  expect(graph.did).toEqual(['open 1: reliable, transient local', 'subscribed']);
});

it('takes what all offer, opening before it closes, and does not go back', () => {
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
  });
});
