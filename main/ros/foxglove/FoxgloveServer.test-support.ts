import { RobotPeer, sourcePeersPython } from '../sourcePeers.test-support.js';

export type FoxgloveEncoding = 'cdr' | 'ros1' | 'json' | 'protobuf';

/** A running `e2e/peers/foxglove_server.py`: the Foxglove SDK's own server. */
export class FoxgloveServer {
  readonly #peer: RobotPeer;

  constructor(encoding: FoxgloveEncoding, args: readonly string[] = []) {
    this.#peer = new RobotPeer(sourcePeersPython(), 'foxglove_server.py', ['--encoding', encoding, ...args]);
  }

  async port(): Promise<number> {
    return Number((await this.#peer.next('ready'))['port']);
  }

  /** Sends `message N`; `skip` sequence numbers are left out before them. Resolves when they are sent to a subscriber. */
  async log(first: number, count: number, skip = 0): Promise<void> {
    this.#peer.order({ do: 'log', first, count, skip });
    await this.#peer.next('logged');
  }

  /** How often a client has subscribed to the topic so far. */
  subscriptions(topic: string): number {
    return this.#peer.count('subscribed', topic);
  }

  async measure(count: number): Promise<void> {
    this.#peer.order({ do: 'measure', count });
    await this.#peer.next('measured');
  }

  hang(): void {
    this.#peer.signal('SIGSTOP');
  }

  async stop(): Promise<void> {
    await this.#peer.stop();
  }
}
