import { fail, type Result, succeed } from '../model/Problem.js';
import type { RosNode, ServiceClient } from './RosNode.js';

/** A new client needs a moment to find the server, and a server a moment to answer. */
export const availableMsMax = 2_000;
export const answerMsMax = 3_000;
const lookAgainMs = 20;

/**
 * Calls services of a robot's nodes. Clients are kept: a service that was asked once answers at once. Problems:
 * `service-off` when nobody offers it, `no-answer`, `no-service`.
 */
export class NodeServices {
  readonly #node: RosNode;
  readonly #clients = new Map<string, ServiceClient>();
  /** By service: one question at a time, because a client keeps one request. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(node: RosNode) {
    this.#node = node;
  }

  /** Full names of the nodes that are there now. */
  nodes(): readonly string[] {
    return this.#node.nodes();
  }

  /** What is found, when it is found while discovery may still be under way; null afterwards. */
  async soon<T>(find: () => T | null): Promise<T | null> {
    let found = find();
    await within(availableMsMax, () => (found ??= find()) !== null);
    return found;
  }

  /** `service` is its full name; request and answer are CDR. */
  async ask(service: string, type: string, request: Uint8Array): Promise<Result<Uint8Array>> {
    const turn = (this.#turns.get(service) ?? Promise.resolve()).then(() => this.#askNow(service, type, request));
    this.#turns.set(
      service,
      turn.catch(() => undefined),
    );
    return await turn;
  }

  async #askNow(service: string, type: string, request: Uint8Array): Promise<Result<Uint8Array>> {
    const client = this.#clientOf(service, type);
    if (!client.ok) return client;
    if (!(await within(availableMsMax, () => client.value.isAvailable()))) {
      return fail('service-off', `Nobody offers ${service}.`, 'See whether the node still runs.');
    }
    const answer = await answerTo(client.value, client.value.send(request));
    if (answer !== null) return succeed(answer);
    const words = `${service} did not answer within ${answerMsMax / 1000} s.`;
    return fail('no-answer', words, 'See whether the node still runs.');
  }

  #clientOf(service: string, type: string): Result<ServiceClient> {
    const known = this.#clients.get(service);
    if (known !== undefined) return succeed(known);
    const opened = this.#node.openService(service, type);
    if (opened.ok) this.#clients.set(service, opened.value);
    return opened;
  }
}

async function answerTo(client: ServiceClient, number: number): Promise<Uint8Array | null> {
  const endMs = performance.now() + answerMsMax;
  for (;;) {
    // Answers to earlier calls that nobody waits for any more are passed over.
    for (let taken = client.take(); taken !== null; taken = client.take()) {
      if (taken.number === number) return taken.data;
    }
    if (performance.now() >= endMs) return null;
    await pause();
  }
}

async function within(limitMs: number, isSo: () => boolean): Promise<boolean> {
  const endMs = performance.now() + limitMs;
  while (!isSo()) {
    if (performance.now() >= endMs) return false;
    await pause();
  }
  return true;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, lookAgainMs));
}
