import { fail, type Problem, type Result, succeed } from '../model/Problem.js';

/** Requests to a host that are answered later, or never because it ended. */
export class LevelCalls {
  readonly #waiting = new Map<number, (result: Result<void>) => void>();
  #lastId = 0;

  ask(send: (id: number) => void): Promise<Result<void>> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      send(id);
    });
  }

  answer(id: number, problem: Problem | null): void {
    this.#waiting.get(id)?.(problem === null ? succeed(undefined) : { ok: false, problem });
    this.#waiting.delete(id);
  }

  /** The host has ended. */
  giveUp(): void {
    for (const resolve of this.#waiting.values()) {
      resolve(fail('host-ended', 'The robot host ended before the node answered.', 'Try again in a moment.'));
    }
    this.#waiting.clear();
  }
}
