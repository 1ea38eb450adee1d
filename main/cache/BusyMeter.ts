/** The share is taken over about so long. */
const windowMs = 100;
/** From this share of the time on, the lane has no time to spare. */
const busyShareMin = 0.4;

/** Tells if commits follow one another closely: then what can wait should leave them the disk and the processor. */
export class BusyMeter {
  #busyMs = 0;
  #atMs = 0;

  /** `startMs` and `endMs` of some work, by the monotonic clock. */
  add(startMs: number, endMs: number): void {
    this.#fade(endMs);
    this.#busyMs += endMs - startMs;
  }

  isBusy(nowMs: number): boolean {
    this.#fade(nowMs);
    return this.#busyMs > busyShareMin * windowMs;
  }

  /** What was busy fades away as time goes by. */
  #fade(nowMs: number): void {
    this.#busyMs *= Math.exp(-Math.max(0, nowMs - this.#atMs) / windowMs);
    this.#atMs = nowMs;
  }
}
