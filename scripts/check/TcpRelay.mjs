// @ts-check
/**
 * A link that can be cut: passes TCP connections on to a server on loopback. `cut` does what a pulled cable and a closed
 * port do together: open connections break, new ones are refused. `restore` listens on the same port again, which is none
 * of those that the system gives to whoever connects meanwhile: they begin at 32768.
 */
import { connect, createServer } from 'node:net';

const lowestPort = 20_000;
const ports = 12_000;

export class TcpRelay {
  /** @type {import('node:net').Server | null} */
  #server = null;
  /** @type {Set<import('node:net').Socket>} */
  #sockets = new Set();
  #port = 0;
  #target;

  /** @param {URL} target */
  constructor(target) {
    this.#target = target;
  }

  /**
   * @param {string} targetUrl `http://127.0.0.1:PORT`
   * @returns {Promise<TcpRelay>}
   */
  static async start(targetUrl) {
    const relay = new TcpRelay(new URL(targetUrl));
    while (relay.isCut) {
      relay.#port = lowestPort + Math.floor(Math.random() * ports);
      await relay.restore().catch((/** @type {NodeJS.ErrnoException} */ error) => {
        if (error.code !== 'EADDRINUSE') throw error;
      });
    }
    return relay;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  get isCut() {
    return this.#server === null;
  }

  async cut() {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }

  async restore() {
    if (this.#server !== null) return;
    const server = createServer((socket) => this.#pass(socket));
    await new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', () => resolve(undefined));
    });
    this.#server = server;
  }

  async stop() {
    await this.cut();
  }

  /** @param {import('node:net').Socket} near */
  #pass(near) {
    const far = connect(Number(this.#target.port), this.#target.hostname);
    for (const [socket, other] of /** @type {const} */ ([
      [near, far],
      [far, near],
    ])) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      // The other side hears of it by `close`.
      socket.on('error', () => undefined);
    }
    near.pipe(far);
    far.pipe(near);
  }
}
