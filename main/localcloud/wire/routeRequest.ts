import type { IncomingMessage } from 'node:http';
import { ApiError } from './ApiError.js';

/** The three services answered, by the name that a SigV4 credential scope uses. */
export type ServiceName = 'logs' | 'monitoring' | 'sts';

export interface Route {
  readonly service: ServiceName;
  readonly operation: string;
}

/** Target prefix of Amazon CloudWatch Logs (its service model's targetPrefix). */
const LOGS_TARGET_PREFIX = 'Logs_20140328';
/** Target prefix of Amazon CloudWatch (its service model's targetPrefix). */
const METRICS_TARGET_PREFIX = 'GraniteServiceVersion20100801';

/**
 * Which operation a request names. JSON services name it in `X-Amz-Target`; STS speaks the query protocol, whose form
 * body names it. Throws UnknownOperationException for anything else, with what was asked in the text.
 */
export function routeRequest(request: IncomingMessage, body: Buffer): Route {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return routeTarget(target);
  const path = request.url ?? '/';
  if (path.startsWith('/service/')) {
    throw unknownOperation(`The local CloudWatch speaks JSON, not the RPC v2 CBOR protocol (${path.slice(0, 200)}).`);
  }
  const contentType = request.headers['content-type'] ?? '';
  if (contentType.startsWith('application/x-www-form-urlencoded')) return routeForm(body);
  throw unknownOperation(
    `The local CloudWatch found no operation in ${request.method ?? 'the request'} ${path.slice(0, 200)}: ` +
      'it needs an X-Amz-Target header, or a form with an Action.',
  );
}

export function unknownOperation(message: string): ApiError {
  return new ApiError({ code: 'UnknownOperationException', message });
}

function routeTarget(target: string): Route {
  const dot = target.lastIndexOf('.');
  const prefix = target.slice(0, Math.max(dot, 0));
  const operation = target.slice(dot + 1);
  if (prefix === LOGS_TARGET_PREFIX) return { service: 'logs', operation };
  if (prefix === METRICS_TARGET_PREFIX) return { service: 'monitoring', operation };
  throw unknownOperation(`The local CloudWatch does not know the target ${target.slice(0, 200)}.`);
}

function routeForm(body: Buffer): Route {
  const action = new URLSearchParams(body.toString('utf8')).get('Action');
  if (action === 'GetCallerIdentity') return { service: 'sts', operation: action };
  throw unknownOperation(`The local CloudWatch does not know the query action ${(action ?? '(none)').slice(0, 200)}.`);
}
