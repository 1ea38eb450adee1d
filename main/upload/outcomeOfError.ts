import type { CloudAccount } from '../model/Destination.js';
import type { Problem } from '../model/Problem.js';
import { unreachable } from '../model/unreachable.js';
import type { SinkOutcome } from '../seams/CloudSink.js';
import { sdkFailureOf, type SdkFailure } from './SdkFailure.js';
import { WayError } from './way/WayError.js';
import { WireError } from './WireError.js';

type RetryOutcome = Extract<SinkOutcome, { type: 'retry' }>;

export interface ErrorContext {
  readonly account: CloudAccount;
  /** Laptop time, for the skew of a `Date` header. */
  readonly nowMs: number;
}

/**
 * What an error of the SDK means for the data. Names of errors: the PutLogEvents, PutMetricData and common error pages of
 * the API references, and the lists of the SDK's own classification. What is not known is never taken for a record's
 * fault: it blocks, and the data stay.
 */
export function outcomeOfError(error: unknown, context: ErrorContext): SinkOutcome {
  if (error instanceof WireError) return outcomeOfWire(error, context);
  const failure = sdkFailureOf(error);
  if (failure.status === null) return outcomeBeforeRequest(failure, context);
  if (isThrottling(failure)) return retry('throttled', throttledProblem(context), failure.headers);
  if (failure.status >= 500) return retry('server', serverProblem(failure, context), failure.headers);
  if (isClock(failure)) return retry('clock', clockProblem(failure, context), failure.headers);
  if (isInvalid(failure)) return { type: 'invalid', reason: `${failure.name}: ${failure.message}` };
  return { type: 'not-authorised', problem: refusedProblem(failure, context) };
}

/** Milliseconds to wait, from `Retry-After` in seconds or as a date; null when absent or not understood. */
export function retryAfterMs(headers: Readonly<Record<string, string>>, nowMs: number): number | null {
  const text = headers['retry-after'];
  if (text === undefined) return null;
  if (/^\s*\d+\s*$/.test(text)) return Number(text) * 1000;
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) ? null : Math.max(0, dateMs - nowMs);
}

export function serviceWords(account: CloudAccount): string {
  if (account.cloud === 'local') return 'The local CloudWatch';
  if (account.endpoint !== '') return `CloudWatch at ${account.endpoint}`;
  return account.region === '' ? 'CloudWatch' : `CloudWatch in ${account.region}`;
}

function outcomeOfWire(error: WireError, context: ErrorContext): SinkOutcome {
  const service = serviceWords(context.account);
  switch (error.failure) {
    case 'unreached':
      return retry('offline', error.cause instanceof WayError ? error.cause.problem : offlineProblem(error, context));
    case 'broken':
      return {
        ...retry('server', {
          code: 'server',
          message: `The link to ${service} broke before the whole answer came: ${error.message}.`,
          nextStep: 'Nothing to do: Tether asks again. If it stays so, see the connection.',
        }),
        unknownOutcome: true,
      };
    case 'portal':
      return retry('captive-portal', {
        code: 'captive-portal',
        message: `${service} did not answer: ${error.message}.`,
        nextStep: 'Open a web page and sign in to this network, or check the proxy. The data stay on disk meanwhile.',
      });
    case 'gateway':
      return outcomeOfGateway(error, context);
    default:
      return unreachable(error.failure);
  }
}

function outcomeOfGateway(error: WireError, context: ErrorContext): RetryOutcome {
  if (error.status === 429) return retry('throttled', throttledProblem(context), error.headers);
  const problem = {
    code: 'server',
    message: `${serviceWords(context.account)} did not answer: ${error.message}.`,
    nextStep: 'Nothing to do: Tether asks again.',
  };
  // 502 and 504 come from something in between, after it had passed the request on.
  const passedOn = error.status === 502 || error.status === 504;
  return { ...retry('server', problem, error.headers), unknownOutcome: passedOn };
}

/** The request never left: credentials, region, or the network on the way to the credentials. */
function outcomeBeforeRequest(failure: SdkFailure, context: ErrorContext): SinkOutcome {
  if (networkCodes.has(failure.code)) return retry('offline', offlineProblem(failure, context));
  return { type: 'not-authorised', problem: credentialsProblem(failure, context.account) };
}

const networkCodes = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ETIMEDOUT',
]);

function retry(
  cause: RetryOutcome['cause'],
  problem: Problem,
  headers: Readonly<Record<string, string>> = {},
): RetryOutcome {
  return { type: 'retry', cause, problem, afterMs: retryAfterMs(headers, Date.now()), unknownOutcome: false };
}

const throttlingNames = new Set([
  'BandwidthLimitExceeded',
  'LimitExceeded',
  'RequestLimitExceeded',
  'RequestThrottled',
  'SlowDown',
  'Throttled',
  'Throttling',
  'TooManyRequests',
]);

function isThrottling(failure: SdkFailure): boolean {
  return failure.status === 429 || throttlingNames.has(failure.name);
}

const clockNames = new Set(['RequestExpired', 'RequestInTheFuture', 'RequestTimeTooSkewed']);
const signatureNames = new Set(['InvalidSignature', 'SignatureDoesNotMatch']);

function isClock(failure: SdkFailure): boolean {
  if (clockNames.has(failure.name)) return true;
  return signatureNames.has(failure.name) && /signature (expired|not yet current)/i.test(failure.message);
}

const invalidNames = new Set([
  'InvalidFormat',
  'InvalidParameter',
  'InvalidParameterCombination',
  'InvalidParameterValue',
  'MissingParameter',
  'MissingRequiredParameter',
  'RequestEntityTooLarge',
  'Serialization',
  'Validation',
]);

function isInvalid(failure: SdkFailure): boolean {
  return failure.status === 413 || invalidNames.has(failure.name);
}

function offlineProblem(failure: { readonly message: string }, { account }: ErrorContext): Problem {
  return {
    code: 'offline',
    message: `${serviceWords(account)} cannot be reached: ${failure.message}`,
    nextStep:
      account.cloud === 'local'
        ? 'Tether starts its local CloudWatch again by itself; the data stay on disk meanwhile.'
        : 'Connect this laptop to the internet. Records go on being kept on disk and are sent when the link is back.',
  };
}

function throttledProblem({ account }: ErrorContext): Problem {
  return {
    code: 'throttled',
    message: `${serviceWords(account)} asks for fewer requests.`,
    nextStep: 'Nothing to do: Tether slows down. A higher quota can be asked for in Service Quotas.',
  };
}

function serverProblem(failure: SdkFailure, { account }: ErrorContext): Problem {
  return {
    code: 'server',
    message: `${serviceWords(account)} answered ${failure.status ?? ''} ${failure.name}: ${failure.message}`,
    nextStep: 'Nothing to do: Tether asks again.',
  };
}

function clockProblem(failure: SdkFailure, { account, nowMs }: ErrorContext): Problem {
  const serverMs = Date.parse(failure.headers['date'] ?? '');
  const skew = Number.isNaN(serverMs) ? 'is wrong' : `is ${skewWords(nowMs - serverMs)}`;
  return {
    code: 'clock',
    message: `${serviceWords(account)} refused the time of the request: this laptop's clock ${skew}.`,
    nextStep: 'Set the clock (timedatectl set-ntp true). Tether tries again with the service’s time.',
  };
}

/** `1 h 0 min behind`, `42 s ahead`; positive when the laptop is ahead. */
export function skewWords(aheadMs: number): string {
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const minutes = Math.floor(seconds / 60);
  const amount =
    minutes >= 60
      ? `${Math.floor(minutes / 60)} h ${minutes % 60} min`
      : minutes >= 1
        ? `${minutes} min ${seconds % 60} s`
        : `${seconds} s`;
  return `${amount} ${aheadMs < 0 ? 'behind' : 'ahead'}`;
}

function refusedProblem(failure: SdkFailure, { account }: ErrorContext): Problem {
  const message = `${serviceWords(account)} refused: ${failure.name}: ${failure.message}`;
  switch (failure.name) {
    case 'ExpiredToken':
      return { code: 'expired-token', message, ...signIn(account) };
    case 'AccessDenied':
    case 'NotAuthorized':
    case 'UnauthorizedOperation':
      return { code: 'not-authorised', message, nextStep: permissionStep(failure) };
    case 'UnrecognizedClient':
    case 'InvalidClientTokenId':
    case 'InvalidAccessKeyId':
    case 'InvalidSignature':
    case 'SignatureDoesNotMatch':
    case 'IncompleteSignature':
    case 'MissingAuthenticationToken':
      return { code: 'not-authorised', message, nextStep: keysStep(account) };
    default:
      return {
        code: 'refused',
        message,
        nextStep: 'Nothing was lost. Check the account, the region and the names in the robot file, then flush again.',
      };
  }
}

/** Of the SDK's credential providers. */
const credentialsNames = new Set(['CredentialsProvider', 'TokenProvider', 'Provider']);

function credentialsProblem(failure: SdkFailure, account: CloudAccount): Problem {
  if (/region is missing/i.test(failure.message)) {
    return {
      code: 'no-region',
      message: 'No AWS region is set.',
      nextStep: 'Set aws_client_configuration.region in the robot file, or AWS_REGION.',
    };
  }
  if (!credentialsNames.has(failure.name)) {
    return {
      code: 'unexpected',
      message: `The request could not be made: ${failure.name}: ${failure.message}`,
      nextStep: 'Nothing was lost. Please report this with the message.',
    };
  }
  const whose = account.profile === '' ? '' : ` for the profile "${account.profile}"`;
  return {
    code: 'no-credentials',
    message: `No AWS credentials${whose}: ${failure.message}`,
    ...signIn(account),
  };
}

/** What to do, and its command alone. */
function signIn({ profile }: CloudAccount): Pick<Problem, 'nextStep' | 'command'> {
  if (profile === '') {
    const nextStep = 'Run: aws sso login (or aws configure), or choose a profile in the robot file, then flush again.';
    return { nextStep, command: 'aws sso login' };
  }
  // As a shell takes it, whatever the profile is called.
  const name = /^[\w.-]+$/.test(profile) ? profile : `'${profile.replaceAll("'", String.raw`'\''`)}'`;
  const command = `aws sso login --profile ${name}`;
  return { nextStep: `Run: ${command} (or renew the profile’s keys), then flush again.`, command };
}

function keysStep({ profile }: CloudAccount): string {
  const which = profile === '' ? 'the credentials in use' : `the keys of the profile "${profile}"`;
  const flag = profile === '' ? '' : ` --profile ${profile}`;
  return `Check ${which}: aws sts get-caller-identity${flag}`;
}

function permissionStep(failure: SdkFailure): string {
  const action = /not authorized to perform: ([A-Za-z0-9]+:[A-Za-z0-9]+)/.exec(failure.message)?.[1];
  if (action === undefined) return 'Ask the owner of the account for the permission, then flush again.';
  return `Ask the owner of the account to allow ${action} for these credentials, then flush again.`;
}
