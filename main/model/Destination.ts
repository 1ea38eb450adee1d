/**
 * Where a record was to go at the moment it was taken. It is stored with the record: changing a robot's settings never
 * redirects what is already on disk.
 */
export interface CloudAccount {
  /** `local` is Tether's own CloudWatch on loopback; `aws` the SDK's usual endpoints or `endpoint`. */
  readonly cloud: 'aws' | 'local';
  readonly region: string;
  /** Name of an AWS profile, or empty for the SDK's default chain. Never a credential. */
  readonly profile: string;
  /** Endpoint override, or empty. */
  readonly endpoint: string;
}

export interface LogDestination {
  readonly kind: 'log';
  readonly account: CloudAccount;
  readonly group: string;
  readonly stream: string;
}

export interface MetricDestination {
  readonly kind: 'metric';
  readonly account: CloudAccount;
  readonly namespace: string;
}

export type Destination = LogDestination | MetricDestination;

/** The destination whose `destinationKey` it is; null when it is none. */
export function destinationOfKey(key: string): Destination | null {
  let parts: unknown;
  try {
    parts = JSON.parse(key);
  } catch {
    return null;
  }
  if (!Array.isArray(parts) || !parts.every((part) => typeof part === 'string')) return null;
  const [kind, cloud, region = '', profile = '', endpoint = '', ...place] = parts as readonly string[];
  if (cloud !== 'aws' && cloud !== 'local') return null;
  const account: CloudAccount = { cloud, region, profile, endpoint };
  const [first, second] = place;
  if (kind === 'log' && first !== undefined && second !== undefined)
    return { kind, account, group: first, stream: second };
  return kind === 'metric' && first !== undefined ? { kind, account, namespace: first } : null;
}

/** A text that is equal exactly when two destinations are equal. */
export function destinationKey(destination: Destination): string {
  const { cloud, region, profile, endpoint } = destination.account;
  const place = destination.kind === 'log' ? [destination.group, destination.stream] : [destination.namespace];
  return JSON.stringify([destination.kind, cloud, region, profile, endpoint, ...place]);
}
