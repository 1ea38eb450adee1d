// @ts-check
/** Stand-ins for what the panel uses of `@foxglove/den`, written from how they are called. */

/**
 * @template Item, Kept
 * @param {readonly Item[]} items
 * @param {(item: Item, index: number) => Kept | undefined | null | false} map
 * @returns {Kept[]} the answers that are something
 */
export function filterMap(items, map) {
  /** @type {Kept[]} */
  const kept = [];
  for (const [index, item] of items.entries()) {
    const answer = map(item, index);
    if (answer) kept.push(answer);
  }
  return kept;
}

export class Condvar {
  /** @type {(() => void)[]} */
  #waiting = [];

  /** @returns {Promise<void>} */
  async wait() {
    await new Promise((resolve) => this.#waiting.push(() => resolve(undefined)));
  }

  notifyAll() {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
