/**
 * Knows, for one topic, the last sequence number that was received of each publisher, and so what is missing and what has come before.
 *
 * A DDS writer numbers what it sends from 1 without holes, and a reader gets each writer's messages in ascending order. What a
 * publisher sent before its first message here is unknown, and never counted. Bounded: of the publishers, the
 * `publishersRememberedMax` last met are known.
 */
export const publishersRememberedMax = 4_096;

export interface Place {
  /** Messages of the publisher that are missing directly before this one. */
  readonly lost: number;
  /** This one, or a later one of the same publisher, was received before. */
  readonly again: boolean;
}

export class SequenceBook {
  /** By the publisher's DDS identity (gid). `continues`: the next number has to be one more. */
  readonly #last = new Map<string, { number: number; continues: boolean }>();

  knows(publisher: string): boolean {
    return this.#last.has(publisher);
  }

  take(publisher: string, number: number): Place {
    const last = this.#last.get(publisher);
    if (last === undefined) {
      this.#remember(publisher, number);
      return { lost: 0, again: false };
    }
    if (number <= last.number) return { lost: 0, again: true };
    const lost = last.continues ? number - last.number - 1 : 0;
    last.number = number;
    last.continues = true;
    return { lost, again: false };
  }

  /** A person disconnected: what publishers send until the next message is missed on purpose. */
  pause(): void {
    for (const last of this.#last.values()) last.continues = false;
  }

  #remember(publisher: string, number: number): void {
    this.#last.set(publisher, { number, continues: true });
    if (this.#last.size <= publishersRememberedMax) return;
    for (const oldest of this.#last.keys()) {
      this.#last.delete(oldest);
      return;
    }
  }
}
