import type { CloudConnection } from '../../model/RobotConfig.js';
import { authorizationFor, portOf, proxyFor, withoutBrackets } from './proxyFor.js';
import { wayError } from './WayError.js';

/** The part of the SDK's request that says where it goes. */
interface SentRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The same request as a proxy takes it when the endpoint is plain http, with the whole address in its first line (RFC 9112,
 * 3.2.2); as it is where nothing stands in between, and for https, which WayAgent has a connection made for.
 */
export function throughPlainProxy<R extends SentRequest>(request: R, { proxy: settings }: CloudConnection): R {
  if (request.protocol !== 'http:') return request;
  const target = {
    protocol: 'http:',
    hostname: withoutBrackets(request.hostname),
    port: request.port ?? 80,
  } as const;
  const proxy = proxyFor(target, settings, process.env);
  if (proxy === null) return request;
  if (proxy.protocol === 'https:') {
    throw wayError(
      'proxy',
      'An endpoint of plain http cannot be reached through a proxy over https.',
      'Name an https endpoint in the robot file, or a proxy that begins with http://.',
    );
  }
  const authorization = authorizationFor(proxy);
  const port = request.port === undefined ? '' : `:${request.port}`;
  const sent = Object.create(Object.getPrototypeOf(request) as object) as R;
  return Object.assign(sent, request, {
    hostname: proxy.hostname,
    port: portOf(proxy),
    path: `http://${request.hostname}${port}${request.path}`,
    headers: { ...request.headers, ...(authorization === null ? {} : { 'proxy-authorization': authorization }) },
  });
}
