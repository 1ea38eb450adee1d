/**
 * Recognises messages that a publisher sends again to a new subscription (transient local), so that a restarted host does
 * not take its robot's history in twice.
 *
 * A message is a replay when the very same bytes, which include the robot's stamp, were seen on the same topic in an earlier
 * meeting with its publishers, and the present meeting is young. A meeting begins with a new subscription, or when a
 * publisher is gone; it is young until `replayWindowMs` after a publisher was found. Each seen message excuses one replay,
 * so two equal messages that were really sent twice are both kept. Memory is bounded: the newest `messagesRememberedMax`
 * of each topic are known by a 53-bit hash; publishers keep 1,000 each for /rosout.
 */
export const replayWindowMs = 5_000;
/** The same where publishers keep nothing: two subscriptions overlap for an instant when one takes over. */
export const overlapWindowMs = 1_000;
export const messagesRememberedMax = 65_536;

interface Topic {
  /** Hash of a message to the meeting in which it was last seen. */
  readonly seen: Map<number, number>;
  meeting: number;
  keptByPublishers: boolean;
  youngUntilMs: number;
}

export class ReplayFilter {
  readonly #topics = new Map<string, Topic>();

  /** A message that was taken in before this process began: its replay is to be recognised. */
  remember(topic: string, data: Uint8Array): void {
    const state = this.#topic(topic);
    keep(state, hashOf(data));
  }

  /** From now on the topic's messages come through a new subscription, which the old one may have overlapped. */
  subscribed(topic: string, keptByPublishers: boolean, nowMs: number): void {
    const state = this.#topic(topic);
    state.meeting += 1;
    state.keptByPublishers = keptByPublishers;
    state.youngUntilMs = keptByPublishers ? Infinity : nowMs + overlapWindowMs;
  }

  publishersChanged(topic: string, before: number, now: number, nowMs: number): void {
    const state = this.#topic(topic);
    if (!state.keptByPublishers) return;
    if (now < before) {
      state.meeting += 1;
      state.youngUntilMs = Infinity;
    }
    if (now > before) state.youngUntilMs = nowMs + replayWindowMs;
  }

  isReplay(topic: string, data: Uint8Array, nowMs: number): boolean {
    const state = this.#topic(topic);
    const hash = hashOf(data);
    const seenIn = state.seen.get(hash);
    keep(state, hash);
    return nowMs < state.youngUntilMs && seenIn !== undefined && seenIn < state.meeting;
  }

  /**
   * As `isReplay`, for a message whose publisher is known by its numbers from here on: nothing is remembered of it. Costs nothing
   * once the meeting is no longer young.
   */
  isReplayOfNumbered(topic: string, data: Uint8Array, nowMs: number): boolean {
    const state = this.#topic(topic);
    if (nowMs >= state.youngUntilMs || state.seen.size === 0) return false;
    const hash = hashOf(data);
    const seenIn = state.seen.get(hash);
    if (seenIn === undefined || seenIn >= state.meeting) return false;
    keep(state, hash);
    return true;
  }

  #topic(topic: string): Topic {
    let state = this.#topics.get(topic);
    if (state === undefined) {
      state = { seen: new Map(), meeting: 0, keptByPublishers: false, youngUntilMs: -Infinity };
      this.#topics.set(topic, state);
    }
    return state;
  }
}

function keep({ seen, meeting }: Topic, hash: number): void {
  // Deleted first, so that the map's order is the order of last sight.
  seen.delete(hash);
  seen.set(hash, meeting);
  if (seen.size <= messagesRememberedMax) return;
  for (const oldest of seen.keys()) {
    seen.delete(oldest);
    return;
  }
}

/** 53 bits of two multiplicative hashes; not for secrets. */
function hashOf(data: Uint8Array): number {
  let low = 0x9e3779b9;
  let high = 0x85ebca6b;
  for (const byte of data) {
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high ^ byte, 0x5bd1e995);
    high ^= high >>> 15;
  }
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b);
  low ^= low >>> 13;
  return (high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0);
}
