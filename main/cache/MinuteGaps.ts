import { destinationKey, type LogDestination } from '../model/Destination.js';
import type { Clock } from '../seams/Clock.js';
import type { GapContent } from './GapContent.js';

/** A destination gets no more than one marker of each sort in this time; what goes meanwhile is told in the next. */
const markerIntervalMs = 60_000;

interface Gap<Content extends GapContent> {
  readonly destination: LogDestination;
  content: Content;
  cancel: () => void;
}

export interface MinuteGapsOptions<Content extends GapContent> {
  readonly clock: Clock;
  /** Content that has nothing to tell yet. */
  readonly fresh: () => Content;
  /** May it be told now? If not, it waits for another minute. */
  readonly canTell: () => boolean;
  readonly tell: (content: Content, destination: LogDestination) => void;
}

/** Gaps of one sort, by destination: told at once, and then once a minute. */
export class MinuteGaps<Content extends GapContent> {
  readonly #options: MinuteGapsOptions<Content>;
  /** Those that have been told of within the interval, or could not be. */
  readonly #waiting = new Map<string, Gap<Content>>();
  #closed = false;

  constructor(options: MinuteGapsOptions<Content>) {
    this.#options = options;
  }

  /** `put` adds to what is to be told there. */
  add(destination: LogDestination, put: (content: Content) => void): void {
    const known = this.#waiting.get(destinationKey(destination));
    const gap = known ?? { destination, content: this.#options.fresh(), cancel: () => undefined };
    put(gap.content);
    if (known === undefined) this.#tellOrWait(gap);
  }

  /** Tells what waits for its minute, where it can; from now on nothing waits. */
  close(): void {
    this.#closed = true;
    const { canTell } = this.#options;
    for (const gap of this.#waiting.values()) {
      gap.cancel();
      if (canTell()) this.#tell(gap);
    }
    this.#waiting.clear();
  }

  #tellOrWait(gap: Gap<Content>): void {
    if (this.#options.canTell()) this.#tell(gap);
    if (!this.#closed) this.#wait(gap);
  }

  #tell(gap: Gap<Content>): void {
    this.#options.tell(gap.content, gap.destination);
    gap.content = this.#options.fresh();
  }

  #wait(gap: Gap<Content>): void {
    const key = destinationKey(gap.destination);
    this.#waiting.set(key, gap);
    gap.cancel = this.#options.clock.after(markerIntervalMs, () => {
      if (gap.content.span === null) this.#waiting.delete(key);
      else this.#tellOrWait(gap);
    });
  }
}
