/** The facts of an error that the SDK threw, read without trusting its shape. */
export interface SdkFailure {
  /** Without the `Exception` or `Error` at its end: `AccessDenied`, `Throttling`. */
  readonly name: string;
  readonly message: string;
  /** Node's code of a failed system call, or empty. */
  readonly code: string;
  /** HTTP status, or null when no answer came. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
}

export function sdkFailureOf(error: unknown): SdkFailure {
  const message = error instanceof Error ? error.message : String(error);
  const name = textAt(error, 'name').replace(/^.*#/, '');
  const status = at(at(error, '$metadata'), 'httpStatusCode');
  return {
    name: name.replace(/(?:Exception|Error|Fault)$/, ''),
    message: (message.split('\n')[0] ?? '').trim(),
    code: textAt(error, 'code'),
    status: typeof status === 'number' ? status : null,
    headers: headersAt(at(error, '$response')),
  };
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function textAt(value: unknown, key: string): string {
  const text = at(value, key);
  return typeof text === 'string' ? text : '';
}

function headersAt(response: unknown): Readonly<Record<string, string>> {
  const headers = at(response, 'headers');
  if (typeof headers !== 'object' || headers === null) return {};
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  return Object.fromEntries(entries);
}
