import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { authorizationFor, portOf, proxyWords, withoutBrackets, type Target } from './proxyFor.js';
import { dataStay, wayError, type WayError } from './WayError.js';

export interface TunnelOptions {
  readonly timeoutMs: number;
  /** For a proxy that is spoken to over TLS; null: what Node trusts. */
  readonly secureContext: SecureContext | null;
}

/**
 * Asks an HTTP proxy for a connection to a host (CONNECT; RFC 9110, 9.3.6). Anything but a 2xx is a WayError: an answer of
 * the proxy never stands where one of the service is awaited.
 */
export function openTunnel(proxy: URL, target: Target, options: TunnelOptions): Promise<Socket> {
  const { timeoutMs, secureContext } = options;
  const host = target.hostname.includes(':') ? `[${target.hostname}]` : target.hostname;
  const authority = `${host}:${target.port}`;
  const authorization = authorizationFor(proxy);
  return new Promise((resolve, reject) => {
    const request = (proxy.protocol === 'https:' ? requestSecure : requestPlain)({
      host: withoutBrackets(proxy.hostname),
      port: portOf(proxy),
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...(authorization === null ? {} : { 'proxy-authorization': authorization }) },
      agent: false,
      timeout: timeoutMs,
      ...(secureContext === null ? {} : { secureContext }),
    });
    request.once('connect', (response: IncomingMessage, socket: Socket, head: Buffer) => {
      const status = response.statusCode ?? 0;
      socket.setTimeout(0);
      if (status >= 200 && status < 300 && head.length === 0) {
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(refusal(proxy, authority, status));
    });
    request.once('timeout', () => {
      request.destroy(new Error('it did not answer in time'));
    });
    request.once('error', (error) => {
      reject(
        wayError(
          'proxy',
          `${sentence(proxyWords(proxy))} cannot be reached: ${error.message}.`,
          `Check that this laptop is on the network of the proxy, or take the proxy out (HTTPS_PROXY, or proxy_host in the robot file). ${dataStay}`,
        ),
      );
    });
    request.end();
  });
}

function refusal(proxy: URL, authority: string, status: number): WayError {
  const words = sentence(proxyWords(proxy));
  if (status === 407) {
    const given =
      authorizationFor(proxy) === null ? 'wants a user name and a password' : 'refused the user or password';
    const nextStep = `Give them in HTTPS_PROXY (http://USER:PASSWORD@HOST:PORT) or as proxy_user_name and proxy_password in the robot file. ${dataStay}`;
    return wayError('proxy', `${words} ${given} (407).`, nextStep);
  }
  if (status >= 500) {
    const nextStep = `Check the region in the robot file and the proxy's own link to the internet. ${dataStay}`;
    return wayError('proxy', `${words} did not get through to ${authority} (${status}).`, nextStep);
  }
  const nextStep = `Ask who looks after the network to allow it, or go without a proxy (NO_PROXY). ${dataStay}`;
  return wayError('proxy', `${words} does not let anything through to ${authority} (${status}).`, nextStep);
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
