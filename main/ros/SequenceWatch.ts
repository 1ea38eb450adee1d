/**
 * Counts what is missing between the sequence numbers of one publisher's messages, uint32 as in ROS 1's `header.seq`.
 *
 * A number that is not ahead of the last one comes from a publisher that was started again, or from a second one of the same
 * name: nothing is counted, and counting goes on from there. The same holds for a step that is too wide to be a loss.
 */
export class SequenceWatch {
  readonly #last = new Map<string, number>();

  /** Messages that are missing before this one. */
  missingBefore(publisher: string, sequence: number): number {
    const last = this.#last.get(publisher);
    if (last === undefined && this.#last.size >= publishersMax) {
      for (const oldest of this.#last.keys()) {
        this.#last.delete(oldest);
        break;
      }
    }
    this.#last.set(publisher, sequence);
    if (last === undefined) return 0;
    const step = (sequence - last) >>> 0;
    return step === 0 || step > stepMax ? 0 : step - 1;
  }

  /** A new connection: what was sent in between was sent to nobody. */
  forget(publisher: string): void {
    this.#last.delete(publisher);
  }

  forgetAll(): void {
    this.#last.clear();
  }
}

/** A wider step than this is a restart: at 1,000 messages a second it would be 17 minutes of loss. */
export const stepMax = 1_000_000;
const publishersMax = 10_000;
