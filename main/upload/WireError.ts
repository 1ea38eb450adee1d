/**
 * No whole answer of the service came back.
 *
 * - `unreached`: the connection was never made, or the request not written to its end: it was not carried out
 * - `broken`: it died after the request may have been written
 * - `portal`: a whole answer, but of something else (captive portal, proxy)
 * - `gateway`: an error of something in front of the service, which may have passed the request on
 */
export type WireFailure = 'unreached' | 'broken' | 'portal' | 'gateway';

export interface WireFacts {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
  /** The host's name was not found, while another of AWS was. */
  readonly onlyThisName?: boolean;
}

export class WireError extends Error {
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly onlyThisName: boolean;

  constructor(
    readonly failure: WireFailure,
    message: string,
    facts: WireFacts = {},
  ) {
    // The SDK reads into whatever `cause` there is, and falls over a null.
    super(message, facts.cause instanceof Error ? { cause: facts.cause } : undefined);
    this.name = 'WireError';
    this.status = facts.status ?? null;
    this.headers = facts.headers ?? {};
    this.onlyThisName = facts.onlyThisName ?? false;
  }
}
