import type { AgentOptions, RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { CloudConnection } from '../../model/RobotConfig.js';
import { openTunnel } from './openTunnel.js';
import { proxyFor, proxyWords } from './proxyFor.js';
import type { TrustedRoots } from './TrustedRoots.js';
import { WatchedAgent } from './WatchedAgent.js';
import { dataStay, wayError } from './WayError.js';

type OnCreated = (error: Error | null, socket: Duplex) => void;

/**
 * Connections to AWS as this laptop's network wants them: through its proxy, and trusting its authorities. A connection through
 * a proxy is handed on when its certificate was checked, so that what fails before is known not to have been written.
 */
export class WayAgent extends WatchedAgent {
  constructor(
    private readonly connection: CloudConnection,
    private readonly roots: TrustedRoots,
    options: AgentOptions,
  ) {
    super(options);
  }

  override createConnection(options: RequestOptions, callback?: OnCreated): undefined {
    this.connect(options).then(
      (socket) => callback?.(null, socket),
      // Where there is an error nobody looks at the socket.
      (error: unknown) => (callback as ((error: unknown) => void) | undefined)?.(error),
    );
  }

  private async connect(options: RequestOptions): Promise<Duplex> {
    const secureContext = await this.roots.secureContext();
    const trusting = secureContext === null ? options : { ...options, secureContext };
    const target = {
      protocol: 'https:',
      hostname: options.host ?? options.hostname ?? '',
      port: Number(options.port ?? 443),
    } as const;
    const proxy = proxyFor(target, this.connection.proxy, process.env);
    if (proxy === null) return made(super.createConnection(trusting));
    const timeoutMs = this.connection.connectTimeoutMs;
    const socket = await openTunnel(proxy, target, { timeoutMs, secureContext });
    const through = { ...trusting, socket };
    return await secured(made(super.createConnection(through)), timeoutMs).catch((error: unknown) => {
      throw isCutOff(error) ? cutOff(proxy, target.hostname) : error;
    });
  }
}

function made(socket: Duplex | null | undefined): Duplex {
  if (socket === null || socket === undefined) throw new Error('the connection was not made');
  return socket;
}

/** What says nothing of a certificate. */
function isCutOff(error: unknown): boolean {
  return error instanceof Error && (!('code' in error) || /^(?:ECONNRESET|EPIPE|ETIMEDOUT)$/.test(String(error.code)));
}

function cutOff(proxy: URL, hostname: string): Error {
  return wayError(
    'proxy',
    `The connection to ${hostname} through ${proxyWords(proxy)} ended before it was secured.`,
    `Ask who looks after the network whether the proxy lets TLS to AWS through. ${dataStay}`,
  );
}

function secured(socket: Duplex, timeoutMs: number): Promise<Duplex> {
  if (!(socket instanceof TLSSocket)) return Promise.resolve(socket);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy(new Error('no certificate came through the proxy in time'));
    }, timeoutMs);
    const failed = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    socket.once('error', failed);
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      socket.off('error', failed);
      resolve(socket);
    });
  });
}
