import type { Clock } from '../../seams/Clock.js';
import type { Segment } from '../Segment.js';
import type { IndexKeeper } from './IndexKeeper.js';

/** Between two heads, so that commits and searches go first: a thousand segments take some seconds. */
export const pauseMs = 2;

interface HeadsWarmerOptions {
  readonly index: Pick<IndexKeeper, 'headOf' | 'hasRoomForHeads'>;
  readonly clock: Clock;
  /** Oldest first, as they were when the cache was opened: those that are packed later are known from their packing on. */
  readonly segments: readonly Segment[];
}

/**
 * Reads the heads of the indexes in the background, the newest segment's first, so that the first search after a start
 * finds them in memory. It ends when all are read, when there is no room for more, or when it is stopped. A head that cannot be read is
 * left to the search that needs it.
 */
export class HeadsWarmer {
  readonly #options: HeadsWarmerOptions;
  readonly #over: Promise<void>;
  #stopped = false;
  #wake: () => void = () => undefined;

  constructor(options: HeadsWarmerOptions) {
    this.#options = options;
    this.#over = this.#run();
  }

  /** Resolves when nothing is read ahead any more. */
  over(): Promise<void> {
    return this.#over;
  }

  /** Resolves when the file that is open at the moment is closed. */
  stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    return this.#over;
  }

  async #run(): Promise<void> {
    const { index, segments } = this.#options;
    for (const segment of segments.toReversed()) {
      await this.#pause();
      if (this.#stopped || !index.hasRoomForHeads) return;
      if (!segment.removed) await index.headOf(segment).catch(() => null);
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(pauseMs, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}
