import { setImmediate } from 'node:timers/promises';

/** Longest time that long work keeps others from running. */
const busyMsMax = 4;

/** Lets the event loop run between the steps of long work. */
export class Pacer {
  #restedAt = performance.now();

  get due(): boolean {
    return performance.now() - this.#restedAt > busyMsMax;
  }

  async rest(): Promise<void> {
    await setImmediate();
    this.#restedAt = performance.now();
  }
}
