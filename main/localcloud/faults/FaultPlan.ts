/**
 * Faults on request: what a field laptop's link, a proxy or AWS itself can do to a request, done on purpose.
 *
 * A fault is tried in the order given; the first whose operation fits and which has times left fires. Faults that act
 * before the operation leave no trace in the stores; `reset-after-accept`, `half-body`, `slow-body` and `delay` act after
 * it, so that the data are there although the client does not know.
 */
import { z } from 'zod';
import type { ServiceName } from '../wire/routeRequest.js';
import { ApiError } from '../wire/ApiError.js';
import { LOCAL_CALLER_ARN } from '../account.js';

/** Faults kept at a time. */
const FAULTS_MAX = 1000;
const DELAY_MS_MAX = 600_000;

export const faultSchema = z.strictObject({
  /** An operation's name, or `*` for all. */
  operation: z.string().min(1).default('*'),
  kind: z.enum([
    /** ThrottlingException, with Retry-After if `retryAfterSeconds` is given. */
    'throttle',
    /** The HTTP `status` (500 when not given) with the error code that AWS gives it. */
    'status',
    /** No answer at all; with `delayMs`, the connection is closed then. */
    'hang',
    /** The connection is reset; the operation did not run. */
    'reset-before',
    /** The operation ran; then the connection is reset instead of an answer. */
    'reset-after-accept',
    /** The operation ran; the connection is closed in the middle of the answer's body. */
    'half-body',
    /** The operation ran; the answer's body comes one byte each `delayMs` (1,000 when not given). */
    'slow-body',
    /** The operation runs after `delayMs`. */
    'delay',
    /** 200 with a web page: a captive portal. */
    'html',
    /** 302 to a web page: a captive portal. */
    'redirect',
    'access-denied',
    'expired-token',
    'unrecognized-client',
    /** The signature is refused as expired, and `Date` is `skewMs` (one hour when not given) ahead. */
    'clock-skew',
  ]),
  /** How often it fires; null: until it is cleared. */
  times: z.int().min(1).nullable().default(1),
  /** Requests let through first. */
  skip: z.int().min(0).default(0),
  status: z.int().min(200).max(599).optional(),
  delayMs: z.int().min(0).max(DELAY_MS_MAX).optional(),
  retryAfterSeconds: z.int().min(0).optional(),
  skewMs: z.int().optional(),
});

export const faultsRequestSchema = z.strictObject({ faults: z.array(faultSchema).max(FAULTS_MAX) });

export type FaultInput = z.input<typeof faultSchema>;
export type Fault = z.output<typeof faultSchema>;
export type FaultKind = Fault['kind'];

interface ArmedFault {
  readonly fault: Fault;
  left: number;
  skip: number;
}

export class FaultPlan {
  #armed: ArmedFault[] = [];

  /** Adds faults behind those that wait. Throws ZodError for a fault that makes no sense. */
  add(...faults: readonly FaultInput[]): void {
    const checked = faults.map((fault) => faultSchema.parse(fault));
    if (this.#armed.length + checked.length > FAULTS_MAX) throw new Error(`More than ${String(FAULTS_MAX)} faults.`);
    for (const fault of checked) {
      this.#armed.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY, skip: fault.skip });
    }
  }

  clear(): void {
    this.#armed = [];
  }

  /** Faults that still wait. */
  get waiting(): number {
    return this.#armed.length;
  }

  /** The fault for this request, if any; it has one time less afterwards. */
  take(operation: string): Fault | undefined {
    for (const armed of this.#armed) {
      if (armed.fault.operation !== '*' && armed.fault.operation !== operation) continue;
      if (armed.skip > 0) {
        armed.skip -= 1;
        continue;
      }
      armed.left -= 1;
      if (armed.left <= 0) this.#armed = this.#armed.filter((other) => other !== armed);
      return armed.fault;
    }
    return undefined;
  }
}

/** The error that a fault answers with; undefined where the fault is not an error of the API. */
export function faultError(fault: Fault, service: ServiceName, operation: string, nowMs: number): ApiError | undefined {
  switch (fault.kind) {
    case 'throttle':
      return new ApiError({
        code: 'ThrottlingException',
        queryCode: 'Throttling',
        message: 'Rate exceeded',
        ...(fault.status === undefined ? {} : { status: fault.status }),
        ...retryAfter(fault),
      });
    case 'status':
      return statusError(fault, service);
    case 'access-denied':
      return new ApiError({
        code: 'AccessDeniedException',
        queryCode: 'AccessDenied',
        status: service === 'logs' ? 400 : 403,
        message: `User: ${LOCAL_CALLER_ARN} is not authorized to perform: ${actionName(service, operation)}`,
      });
    case 'expired-token':
      return new ApiError({
        code: 'ExpiredTokenException',
        queryCode: 'ExpiredToken',
        status: service === 'logs' ? 400 : 403,
        message: 'The security token included in the request is expired',
      });
    case 'unrecognized-client':
      return new ApiError({
        code: 'UnrecognizedClientException',
        queryCode: 'InvalidClientTokenId',
        status: service === 'logs' ? 400 : 403,
        message: 'The security token included in the request is invalid.',
      });
    case 'clock-skew':
      return new ApiError({
        code: 'InvalidSignatureException',
        queryCode: 'SignatureDoesNotMatch',
        status: service === 'logs' ? 400 : 403,
        message: skewMessage(nowMs, nowMs + skewMsOf(fault)),
      });
    case 'hang':
    case 'reset-before':
    case 'reset-after-accept':
    case 'half-body':
    case 'slow-body':
    case 'delay':
    case 'html':
    case 'redirect':
      return undefined;
  }
}

/** How far ahead of the real time a `clock-skew` fault's server is. */
export function skewMsOf(fault: Fault): number {
  return fault.skewMs ?? CLOCK_SKEW_MS_DEFAULT;
}

const CLOCK_SKEW_MS_DEFAULT = 60 * 60 * 1000;
/** AWS SigV4: a signature is taken up to five minutes from the server's time. */
const SIGNATURE_AGE_MS_MAX = 5 * 60 * 1000;

function skewMessage(signedMs: number, serverMs: number): string {
  const oldestMs = serverMs - SIGNATURE_AGE_MS_MAX;
  return (
    `Signature expired: ${amzDate(signedMs)} is now earlier than ${amzDate(oldestMs)} ` +
    `(${amzDate(serverMs)} - 5 min.)`
  );
}

function amzDate(timeMs: number): string {
  return new Date(timeMs).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
}

function statusError(fault: Fault, service: ServiceName): ApiError {
  const status = fault.status ?? 500;
  const [code, message] = statusCode(status, service);
  return new ApiError({ code, queryCode: code, status, message, ...retryAfter(fault) });
}

function statusCode(status: number, service: ServiceName): readonly [code: string, message: string] {
  if (status === 503) {
    return [service === 'logs' ? 'ServiceUnavailableException' : 'ServiceUnavailable', 'Service is unavailable'];
  }
  if (status === 429) return ['TooManyRequestsException', 'Too Many Requests'];
  if (status >= 500) return ['InternalFailure', 'The request processing has failed because of an unknown error.'];
  return ['FaultInjected', `The local CloudWatch was asked to answer ${String(status)}.`];
}

function retryAfter(fault: Fault): { retryAfterSeconds?: number } {
  return fault.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: fault.retryAfterSeconds };
}

function actionName(service: ServiceName, operation: string): string {
  return `${service === 'monitoring' ? 'cloudwatch' : service}:${operation}`;
}
