import type { Problem } from '../model/Problem.js';
import { type Clock, systemClock } from '../seams/Clock.js';
import type { HostTopic, TopicReport } from './hostMessages.js';
import type { PublisherFacts, RawSubscription, RosNode, SubscriptionQuality, TakenMessage } from './RosNode.js';
import { publishersRememberedMax, SequenceBook } from './SequenceBook.js';

/**
 * One topic's subscription, its quality of service matched to the publishers.
 *
 * It begins with the best: reliable, and for logs with what the publishers kept. A publisher that does not offer this would
 * stay unheard, so as soon as one is seen the subscription is made anew with what all of them offer; it never goes back
 * while the host lives. The new subscription is opened before the old one is drained and closed: nothing falls between, and
 * what comes through both is known by its number and taken once.
 */
export const logHistoryDepth = 10_000;
export const metricHistoryDepth = 1_000;

/** So long after a publisher's first message its history may still be coming. */
export const historyComesMsMax = 5_000;

export interface ReceivedMessage extends TakenMessage {
  /** What DDS lost directly before it. */
  readonly lostBefore: number;
  /** Kept by its publisher since before we subscribed; null where nothing is said about when it was sent. */
  readonly replayed: boolean | null;
}

export interface ReceiverEvents {
  readonly message: (message: ReceivedMessage) => void;
  /** Everything received before has been handed on. */
  readonly subscribed: (quality: SubscriptionQuality) => void;
}

export class TopicReceiver {
  readonly #node: RosNode;
  readonly #topic: HostTopic;
  readonly #events: ReceiverEvents;
  #quality: SubscriptionQuality;
  #subscription: RawSubscription | null = null;
  #problem: Problem | null = null;
  readonly #clock: Clock;
  readonly #sequences = new SequenceBook();
  /** When each publisher's first message came, monotonic milliseconds. */
  readonly #metAtMs = new Map<string, number>();
  #numbered: boolean | null = null;

  constructor(node: RosNode, topic: HostTopic, events: ReceiverEvents, clock: Clock = systemClock) {
    this.#node = node;
    this.#topic = topic;
    this.#events = events;
    this.#clock = clock;
    const isLog = topic.kind === 'log';
    this.#quality = {
      depth: isLog ? logHistoryDepth : metricHistoryDepth,
      reliable: true,
      keptByPublishers: isLog,
    };
    this.#open(this.#quality);
  }

  drain(): void {
    this.#subscription?.drain();
  }

  /** Looks at the publishers, follows what they offer, and says how many of them are heard. */
  review(index: number): TopicReport {
    const publishers = this.#node.publishers(this.#topic.topic);
    const ours = publishers.filter(({ schemaName }) => schemaName === this.#topic.schemaName);
    const offered = qualityOffered(this.#quality, ours);
    if (this.#problem === null && offered !== this.#quality) this.#open(offered);
    return {
      index,
      publishers: this.#subscription === null ? 0 : ours.length,
      problem: this.#problem ?? otherTypeProblem(this.#topic, publishers),
      numbered: this.#numbered,
    };
  }

  #take(message: TakenMessage, openedNs: bigint, keptByPublishers: boolean): void {
    const { publisher, sequence } = message;
    this.#numbered = sequence > 0;
    const { lost, again } = this.#numbered ? this.#sequences.take(publisher, sequence) : { lost: 0, again: false };
    if (again) return;
    const replayed = keptByPublishers ? this.#isReplayed(message, openedNs) : false;
    this.#events.message({ ...message, lostBefore: lost, replayed });
  }

  /** By the publisher's own clock: a robot whose clock is ahead replays unnoticed. */
  #isReplayed({ publisher, sentNs }: TakenMessage, openedNs: bigint): boolean | null {
    if (sentNs <= 0n) return null;
    const nowMs = this.#clock.monotonicMs();
    let metAtMs = this.#metAtMs.get(publisher);
    if (metAtMs === undefined) {
      metAtMs = nowMs;
      if (this.#metAtMs.size >= publishersRememberedMax) this.#metAtMs.clear();
      this.#metAtMs.set(publisher, metAtMs);
    }
    return nowMs - metAtMs < historyComesMsMax && sentNs < openedNs;
  }

  #open(quality: SubscriptionQuality): void {
    const { topic, schemaName } = this.#topic;
    const openedNs = this.#clock.nowNs();
    const opened = this.#node.subscribe(topic, schemaName, quality, (message) => {
      this.#take(message, openedNs, quality.keptByPublishers);
    });
    if (!opened.ok) {
      this.#problem = opened.problem;
      return;
    }
    this.#subscription?.drain();
    this.#subscription?.close();
    this.#subscription = opened.value;
    this.#quality = quality;
    this.#events.subscribed(quality);
  }
}

/** The best that all publishers offer, never better than `now`; `now` itself when that serves. */
export function qualityOffered(now: SubscriptionQuality, publishers: readonly PublisherFacts[]): SubscriptionQuality {
  const reliable = now.reliable && publishers.every((publisher) => publisher.reliable);
  const keptByPublishers = now.keptByPublishers && publishers.every((publisher) => publisher.keepsMessages);
  if (reliable === now.reliable && keptByPublishers === now.keptByPublishers) return now;
  return { depth: now.depth, reliable, keptByPublishers };
}

function otherTypeProblem({ topic, schemaName }: HostTopic, publishers: readonly PublisherFacts[]): Problem | null {
  const other = publishers.find((publisher) => publisher.schemaName !== schemaName);
  if (other === undefined) return null;
  return {
    code: 'other-type',
    message: `${other.node} publishes ${topic} as ${other.schemaName}, where ${schemaName} is read`,
    nextStep: 'Have the node publish that type, or take the topic off the list in the robot file.',
  };
}
