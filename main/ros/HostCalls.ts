import { fail, type Problem, type Result, succeed } from '../model/Problem.js';

/** Requests to a host that are answered later, or never because it ended. */
export class HostCalls {
  readonly #waiting = new Map<number, (result: Result<unknown>) => void>();
  #lastId = 0;

  /** `T` is what the host's answer to this kind of request holds. */
  ask<T>(send: (id: number) => void): Promise<Result<T>> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve as (result: Result<unknown>) => void);
      send(id);
    });
  }

  answer(id: number, problem: Problem | null, value?: unknown): void {
    this.#waiting.get(id)?.(problem === null ? succeed(value) : { ok: false, problem });
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
