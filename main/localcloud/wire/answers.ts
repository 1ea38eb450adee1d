import type { ApiError } from './ApiError.js';
import type { ServiceName } from './routeRequest.js';

/** One HTTP answer, before it is written. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Content types that the two JSON protocols demand: CloudWatch Logs is awsJson1_1, CloudWatch is awsJson1_0. */
const CONTENT_TYPE: Record<ServiceName, string> = {
  logs: 'application/x-amz-json-1.1',
  monitoring: 'application/x-amz-json-1.0',
  sts: 'text/xml',
};

export function successAnswer(service: ServiceName, output: unknown, headers: Record<string, string> = {}): Answer {
  const body = service === 'sts' ? String(output) : JSON.stringify(output);
  return { status: 200, headers: { 'content-type': CONTENT_TYPE[service], ...headers }, body: Buffer.from(body) };
}

/**
 * An error in the shape that the service's protocol gives it. JSON: `__type` in the body and `x-amzn-errortype` in the
 * header; CloudWatch, being query compatible, also says its old code in `x-amzn-query-error`. STS: an XML ErrorResponse.
 */
export function errorAnswer(service: ServiceName, error: ApiError, requestId: string): Answer {
  const retryAfter = error.retryAfterSeconds === undefined ? {} : { 'retry-after': String(error.retryAfterSeconds) };
  if (service === 'sts') {
    return {
      status: error.status,
      headers: { 'content-type': CONTENT_TYPE.sts, ...retryAfter },
      body: Buffer.from(stsErrorXml(error, requestId)),
    };
  }
  const query =
    service === 'monitoring' && error.queryCode !== undefined ? `${error.queryCode};${error.side}` : undefined;
  return {
    status: error.status,
    headers: {
      'content-type': CONTENT_TYPE[service],
      'x-amzn-errortype': error.code,
      ...(query === undefined ? {} : { 'x-amzn-query-error': query }),
      ...retryAfter,
    },
    body: Buffer.from(JSON.stringify({ __type: error.code, message: error.message })),
  };
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function stsErrorXml(error: ApiError, requestId: string): string {
  return (
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>${error.side}</Type>` +
    `<Code>${escapeXml(error.queryCode ?? error.code)}</Code><Message>${escapeXml(error.message)}</Message></Error>` +
    `<RequestId>${requestId}</RequestId></ErrorResponse>`
  );
}
