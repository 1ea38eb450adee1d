import { awsRegions } from '../../model/awsRegions.js';
import type { CloudAccount } from '../../model/Destination.js';
import type { Problem } from '../../model/Problem.js';
import { dataStay, WayError } from './WayError.js';

export interface ConnectionFacts {
  readonly account: CloudAccount;
  /** `CloudWatch in eu-west-1`. */
  readonly service: string;
  /** This laptop's time. */
  readonly nowMs: number;
  /** How far it is known to be ahead of CloudWatch's; null: not known. */
  readonly clockAheadMs: number | null;
  /** The name was not found, while that of AWS elsewhere was. */
  readonly onlyThisName: boolean;
}

/**
 * Why no connection was made, where more is known than that nothing answers: its certificate (untrusted, out of its time, of
 * another name), this laptop's clock, or a name that does not exist. Null otherwise. All of it passes or is mended by a person;
 * nothing was written. Codes: Node's errors of OpenSSL's verification, and of getaddrinfo.
 */
export function connectionProblem(error: unknown, facts: ConnectionFacts): Problem | null {
  if (error instanceof WayError) return error.problem;
  if (!(error instanceof Error) || !('code' in error)) return null;
  switch (error.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return facts.onlyThisName ? nameProblem(error, facts) : null;
    case 'CERT_HAS_EXPIRED':
      return outOfTime('has expired', facts);
    case 'CERT_NOT_YET_VALID':
      return outOfTime('is not valid yet', facts);
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
      return {
        code: 'certificate',
        message: `What answers for ${facts.service} has the certificate of something else: ${error.message}.`,
        nextStep: `${signIn} If you set endpoint_override, check that name. ${dataStay}`,
      };
    default:
      return untrustedCodes.has(String(error.code)) ? untrusted(error, facts) : null;
  }
}

const untrustedCodes: ReadonlySet<string> = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'CERT_SIGNATURE_FAILURE',
  'INVALID_CA',
]);

const signIn = 'Open a web page and sign in to this network.';

function untrusted(error: Error, { service }: ConnectionFacts): Problem {
  return {
    code: 'certificate',
    message: `The certificate of what answers for ${service} is not trusted (${error.message}): something on this network answers in its place, a Wi-Fi's sign-in page or a company's proxy.`,
    nextStep: `${signIn} If it is a company's proxy, name the file of its authority as ca_file in the robot file, or in AWS_CA_BUNDLE. ${dataStay}`,
  };
}

/** Tether was not there before this: a clock that is behind it is wrong. */
const writtenAtMs = Date.UTC(2026, 10, 29);
/** Certificates are good for months; a clock that is this far off is told of first. */
const clockOffMs = 3_600_000;

function outOfTime(what: string, { service, nowMs, clockAheadMs }: ConnectionFacts): Problem {
  const now = `${new Date(nowMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const isClockOff = nowMs < writtenAtMs || (clockAheadMs !== null && Math.abs(clockAheadMs) >= clockOffMs);
  if (isClockOff) {
    return {
      code: 'wrong-clock',
      message: `This laptop's clock is wrong: it says ${now}, and by that the certificate of ${service} ${what}.`,
      nextStep: `Set the clock (timedatectl set-ntp true, or timedatectl set-time). ${dataStay}`,
    };
  }
  return {
    code: 'certificate',
    message: `The certificate of what answers for ${service} ${what}, by this laptop's clock (${now}).`,
    nextStep: `If the clock is wrong, set it (timedatectl set-ntp true). If it is right, something on this network answers in its place. ${signIn} ${dataStay}`,
  };
}

function nameProblem(error: Error, { account, service }: ConnectionFacts): Problem {
  const host = 'hostname' in error && typeof error.hostname === 'string' ? error.hostname : 'its name';
  const region = /\.([a-z0-9-]+)\.amazonaws\.com/.exec(host)?.[1] ?? account.region;
  if (account.endpoint !== '') {
    return {
      code: 'unknown-host',
      message: `${service} cannot be reached: there is no ${host}, though other names are found.`,
      nextStep: `Correct endpoint_override in the robot file, or ask who looks after the network for that name. ${dataStay}`,
    };
  }
  if (awsRegions.some((known) => known === region)) {
    return {
      code: 'unknown-host',
      message: `${service} cannot be reached: this network does not find ${host}, though it finds other names.`,
      nextStep: `Ask who looks after the network, whose name server hides it, or use another network. ${dataStay}`,
    };
  }
  const near = awsRegions.filter((known) => known.split('-')[0] === region.split('-')[0]);
  const known = (near.length === 0 ? awsRegions : near).join(', ');
  return {
    code: 'unknown-host',
    message: `"${region}" is probably no AWS region: there is no ${host}, though other names are found.`,
    nextStep: `Correct aws_client_configuration.region in the robot file (or AWS_REGION). Known: ${known}. Records that were taken for it can be re-aimed. ${dataStay}`,
  };
}
