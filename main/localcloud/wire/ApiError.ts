/** Who is at fault, as the AWS query protocol words it. */
export type ApiErrorSide = 'Sender' | 'Receiver';

export interface ApiErrorOptions {
  /** Shape name of the error: what `__type` and `x-amzn-errortype` carry, and what SDK v3 exceptions are named after. */
  readonly code: string;
  readonly message: string;
  readonly status?: number;
  /**
   * The older query-protocol code (`InvalidParameterValue`), where the service still has one. CloudWatch is an
   * "AWS query compatible" service: it sends this in `x-amzn-query-error` beside the shape name.
   */
  readonly queryCode?: string;
  readonly retryAfterSeconds?: number;
}

/** An answer that the real API would give as an error. Thrown by operations and turned into a response in one place. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly queryCode: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(options: ApiErrorOptions) {
    super(options.message);
    this.name = options.code;
    this.code = options.code;
    this.status = options.status ?? 400;
    this.queryCode = options.queryCode;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get side(): ApiErrorSide {
    return this.status >= 500 ? 'Receiver' : 'Sender';
  }
}

/** The body was not what the protocol says: not JSON, or a member of the wrong type. */
export function serializationError(message: string): ApiError {
  return new ApiError({ code: 'SerializationException', message });
}
