/** When a child that ended is started again: at once the first time, then later and later, up to a bound. */
export const restartDelayMsFirst = 500;
export const restartDelayMsMax = 10_000;
/** A child that lived this long was well: the next end of it counts as a first one. */
export const healthyAfterMs = 10_000;

export class RestartPolicy {
  #endsInARow = 0;

  /** Milliseconds to wait before the next start, for a child that lived `livedMs`. */
  delayAfter(livedMs: number): number {
    if (livedMs >= healthyAfterMs) this.#endsInARow = 0;
    const ends = this.#endsInARow;
    this.#endsInARow += 1;
    return ends === 0 ? 0 : Math.min(restartDelayMsMax, restartDelayMsFirst * 2 ** (ends - 1));
  }
}
