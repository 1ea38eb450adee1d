import { Agent, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

/** Errors of connections that ended before they were secured, whatever Node calls them (a reset reads like any other reset). */
const failures = new WeakSet<object>();

/**
 * Remembers the error that ends a connection before its certificate was checked (`wasUnsecured`): until then nothing of a
 * request is written.
 */
export class WatchedAgent extends Agent {
  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, socket: Duplex) => void,
  ): Duplex | null | undefined {
    const socket = super.createConnection(options, callback);
    if (!(socket instanceof TLSSocket)) return socket;
    const failed = (error: Error): void => {
      failures.add(error);
    };
    socket.prependOnceListener('error', failed);
    socket.once('secureConnect', () => socket.off('error', failed));
    return socket;
  }
}

export function wasUnsecured(error: Error): boolean {
  return failures.has(error);
}
