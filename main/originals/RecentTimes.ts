/** The times of the last lines of a file: those that may have been in one upload of the original with the next line. */
export class RecentTimes {
  readonly #times: number[] = [];
  readonly #counts = new Map<number, number>();
  #next = 0;

  constructor(private readonly sizeMax: number) {}

  /** Adds a time; true when one of the last ones is equal. */
  add(timeMs: number): boolean {
    const before = this.#counts.get(timeMs) ?? 0;
    if (this.sizeMax <= 0) return false;
    this.#counts.set(timeMs, before + 1);
    const gone = this.#times[this.#next];
    this.#times[this.#next] = timeMs;
    this.#next = (this.#next + 1) % this.sizeMax;
    if (gone !== undefined) this.#forget(gone);
    return before > 0;
  }

  #forget(timeMs: number): void {
    const count = (this.#counts.get(timeMs) ?? 1) - 1;
    if (count === 0) this.#counts.delete(timeMs);
    else this.#counts.set(timeMs, count);
  }
}
