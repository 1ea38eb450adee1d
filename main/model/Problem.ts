/**
 * An expected failure, as a value. `message` says what happened and where; `nextStep` what a person can do about it.
 */
export interface Problem {
  /** Stable, for programs: `offline`, `not-authorised`, `bad-yaml`, `disk-full`, `owned`, ... */
  readonly code: string;
  readonly message: string;
  readonly nextStep: string;
  /** The command of the next step, to be copied into a terminal. */
  readonly command?: string;
}

export type Result<T, E = Problem> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: E };

export function succeed<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function fail(
  code: string,
  message: string,
  nextStep: string,
): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { code, message, nextStep } };
}
