import type { Problem } from '../model/Problem.js';
import { type Clock, systemClock } from '../seams/Clock.js';
import { type HostTopic, loweredLengthMax, type TopicReport } from './hostMessages.js';
import { oddPublishers, oddWords } from './oddPublishers.js';
import type { PublisherFacts, RawSubscription, RosNode, SubscriptionQuality, TakenMessage } from './RosNode.js';
import { publishersRememberedMax, SequenceBook } from './SequenceBook.js';

/**
 * One topic's subscription, its quality of service matched to the publishers.
 *
 * It begins with the best: reliable, and for logs with what the publishers kept. A publisher that does not offer this would
 * stay unheard, so as soon as one is seen the subscription is made anew with what all of them offer, and with the better again once
 * that publisher has been gone for a while: longer each time, since a closed subscription stays in memory. The new subscription is
 * opened before the old one is drained and closed: nothing falls between, and what comes through both is known by its number and
 * taken once.
 */
export const logHistoryDepth = 10_000;
export const metricHistoryDepth = 1_000;

/** So long after a publisher's first message its history may still be coming. */
export const historyComesMsMax = 5_000;

/** So long must those that offer less be gone; twice as long after each time, up to the greatest. */
export const backAfterMs = 10_000;
const backAfterMsMax = 600_000;

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
  /** What is asked for when all offer it. */
  readonly #best: SubscriptionQuality;
  #quality: SubscriptionQuality;
  /** Since when all publishers offer more than is asked for, monotonic milliseconds. */
  #betterSinceMs: number | null = null;
  #backAfterMs = backAfterMs;
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
    this.#best = {
      depth: isLog ? logHistoryDepth : metricHistoryDepth,
      reliable: true,
      keptByPublishers: isLog,
    };
    this.#quality = this.#best;
    this.#open(this.#best);
  }

  drain(): void {
    this.#subscription?.drain();
  }

  /** Looks at the publishers, follows what they offer, and says how many of them are heard. */
  review(index: number): TopicReport {
    const publishers = this.#node.publishers(this.#topic.topic);
    const ours = publishers.filter(({ schemaName }) => schemaName === this.#topic.schemaName);
    this.#follow(ours);
    const odd = oddWords(oddPublishers(ours, this.#best.keptByPublishers));
    return {
      index,
      publishers: this.#subscription === null ? 0 : ours.length,
      problem: this.#problem ?? otherTypeProblem(this.#topic, publishers),
      numbered: this.#numbered,
      lowered: odd === '' ? null : odd.slice(0, loweredLengthMax),
    };
  }

  #follow(publishers: readonly PublisherFacts[]): void {
    if (this.#problem !== null) return;
    const least = qualityOffered(this.#quality, publishers);
    if (least !== this.#quality) {
      this.#betterSinceMs = null;
      this.#open(least);
      return;
    }
    const offered = qualityOffered(this.#best, publishers);
    const isBetter = publishers.length > 0 && !isAlike(offered, this.#quality);
    if (!isBetter) {
      this.#betterSinceMs = null;
      return;
    }
    const nowMs = this.#clock.monotonicMs();
    this.#betterSinceMs ??= nowMs;
    if (nowMs - this.#betterSinceMs < this.#backAfterMs) return;
    this.#betterSinceMs = null;
    this.#backAfterMs = Math.min(2 * this.#backAfterMs, backAfterMsMax);
    this.#open(offered);
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

function isAlike(one: SubscriptionQuality, other: SubscriptionQuality): boolean {
  return one.reliable === other.reliable && one.keptByPublishers === other.keptByPublishers;
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
