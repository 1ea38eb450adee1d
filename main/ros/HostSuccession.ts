import { ReplayFilter } from './ReplayFilter.js';
import { SequenceBook } from './SequenceBook.js';

/**
 * What a source knows of its publishers over the lives of all its hosts: which messages were taken in before, and which went
 * missing between a host's end and its successor's first message.
 *
 * A publisher that an earlier host has heard is judged by its numbers, exactly. One that is new to this source is judged by
 * the bytes of its messages (`ReplayFilter`), against those that were taken in before this process began, as is every publisher
 * whose RMW gives no numbers.
 */
interface HostPublisher {
  readonly gid: string;
  /** By topic: whether an earlier host had heard it. Absent until its first message that is new. */
  readonly heardBefore: Map<string, boolean>;
}

export interface MessagePlace {
  readonly again: boolean;
  readonly lostBetweenHosts: number;
}

export class HostSuccession {
  readonly replays = new ReplayFilter();
  readonly #books = new Map<string, SequenceBook>();
  /** By the present host's numbers. */
  #publishers: HostPublisher[] = [];

  hostStarts(): void {
    this.#publishers = [];
  }

  /** A person disconnected: what is sent until the next message is missed on purpose. */
  pause(): void {
    for (const book of this.#books.values()) book.pause();
  }

  publisherMet(number: number, gid: string): void {
    this.#publishers[number] = { gid, heardBefore: new Map() };
  }

  /** Of the next message of the topic; `sequence` is 0 where there are no numbers. */
  placeOf(
    topic: string,
    message: { readonly publisher: number; readonly sequence: number; readonly data: Uint8Array },
    nowMs: number,
  ): MessagePlace {
    const publisher = this.#publishers[message.publisher];
    if (publisher === undefined || message.sequence === 0) {
      return { again: this.replays.isReplay(topic, message.data, nowMs), lostBetweenHosts: 0 };
    }
    const book = this.#bookOf(topic);
    const met = publisher.heardBefore.get(topic);
    const heardBefore = met ?? book.knows(publisher.gid);
    const { lost, again } = book.take(publisher.gid, message.sequence);
    if (!again) publisher.heardBefore.set(topic, heardBefore);
    if (!heardBefore) {
      return { again: this.replays.isReplayOfNumbered(topic, message.data, nowMs), lostBetweenHosts: 0 };
    }
    // Later gaps are the host's to tell.
    return { again, lostBetweenHosts: met === undefined ? lost : 0 };
  }

  #bookOf(topic: string): SequenceBook {
    let book = this.#books.get(topic);
    if (book === undefined) {
      book = new SequenceBook();
      this.#books.set(topic, book);
    }
    return book;
  }
}
