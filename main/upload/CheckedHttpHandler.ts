import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { NodeHttpHandlerOptions } from '@smithy/types';
import { PacedBody } from './PacedBody.js';
import type { CloudConnection } from '../model/RobotConfig.js';
import type { WireGate } from './RobotWire.js';
import { findsNames } from './way/findsNames.js';
import { throughPlainProxy } from './way/throughPlainProxy.js';
import { wasUnsecured } from './way/WatchedAgent.js';
import { WayError } from './way/WayError.js';
import { WireError, type WireFacts } from './WireError.js';

type Handle = NodeHttpHandler['handle'];

/** A page of GetLogEvents has up to 1 MB of text, as JSON up to six times that; more than this is not CloudWatch's. */
const answerBytesMax = 16 * 1_048_576;

/**
 * The SDK's HTTP handler, with the one question added that decides whether data may be let go: was this answer whole, and
 * was it the service's? The body is read to its end here, so a half answer, a portal's page or an empty 200 never reach
 * the SDK's parser, which takes an empty body for success.
 */
export class CheckedHttpHandler extends NodeHttpHandler {
  constructor(
    options: NodeHttpHandlerOptions,
    private readonly gate: WireGate | null = null,
    /** Null: straight, whatever the environment says. */
    private readonly connection: CloudConnection | null = null,
    private readonly findsOthers: () => Promise<boolean> = findsNames,
  ) {
    super(options);
  }

  override async handle(...[request, options]: Parameters<Handle>): ReturnType<Handle> {
    const paced = this.gate === null ? null : await PacedBody.begin(this.gate, request, options?.abortSignal);
    const skew = this.gate?.skew ?? null;
    const sentAtMs = skew?.nowMs() ?? 0;
    const { response } = await this.handOn(request, options).catch(async (error: unknown) => {
      const onlyThisName = this.connection !== null && isNameNotFound(error) && (await this.findsOthers());
      throw paced?.wholeWritten === false ? notWritten(error, { onlyThisName }) : wireErrorOf(error, { onlyThisName });
    });
    const body = await readToEnd(response.body);
    const refusal = this.judge(request.headers, response.statusCode, response.headers, body);
    if (refusal !== null) throw refusal;
    // What is no answer of the service (a portal's page) says nothing about its clock.
    skew?.answered(response.headers['date'], sentAtMs);
    response.body = body;
    return { response };
  }

  private async handOn(...[request, options]: Parameters<Handle>): ReturnType<Handle> {
    const handedOn = this.connection === null ? request : throughPlainProxy(request, this.connection);
    return await super.handle(handedOn, options);
  }

  private judge(asked: Headers, status: number, headers: Headers, body: Buffer): WireError | null {
    const facts = { status, headers };
    const ofService = asksForXml(asked) ? looksLikeAwsXml(body) : isJsonObject(body);
    if (ofService) return null;
    if (body.length === 0 && hasRequestId(headers)) return null;
    if (status === 429) return new WireError('gateway', 'the way to CloudWatch answered 429', facts);
    if (status >= 500 && status !== networkAuthenticationRequired) {
      return new WireError('gateway', `the way to CloudWatch answered ${status}`, facts);
    }
    if (status >= 300 || looksLikeHtml(headers, body)) {
      return new WireError('portal', `something other than CloudWatch answered (${status}, ${kindOf(headers)})`, facts);
    }
    return new WireError('broken', `the answer (${status}) is not whole`, facts);
  }
}

type Headers = Readonly<Record<string, string>>;

const networkAuthenticationRequired = 511;

/** AWS's query protocol, which STS speaks, also where the SDK asks it for a role. */
function asksForXml(asked: Headers): boolean {
  return asked['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
}

async function readToEnd(body: unknown): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > answerBytesMax) throw new WireError('portal', 'the answer is far longer than CloudWatch answers');
    }
  } catch (error) {
    if (error instanceof WireError) throw error;
    throw new WireError('broken', `the answer broke off: ${messageOf(error)}`, { cause: error });
  }
  return Buffer.concat(chunks, bytes);
}

function isJsonObject(body: Buffer): boolean {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}

function looksLikeAwsXml(body: Buffer): boolean {
  return /<([A-Za-z]*Response)[\s>][\s\S]*<\/\1>/.test(body.toString('utf8'));
}

function looksLikeHtml(headers: Readonly<Record<string, string>>, body: Buffer): boolean {
  return kindOf(headers).includes('html') || body.toString('utf8', 0, 512).trimStart().startsWith('<');
}

function hasRequestId(headers: Readonly<Record<string, string>>): boolean {
  return headers['x-amzn-requestid'] !== undefined || headers['x-amzn-errortype'] !== undefined;
}

function kindOf(headers: Readonly<Record<string, string>>): string {
  return headers['content-type'] ?? 'no content type';
}

/** A limit on the bytes a second held a part of it back: an unfinished request is not carried out. */
function notWritten(error: unknown, facts: WireFacts): WireError {
  return new WireError('unreached', `the request was not written to its end: ${messageOf(error)}`, {
    ...facts,
    cause: error,
  });
}

function isNameNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN');
}

/** Whether the request had been written when it failed, from what Node says about the failure. */
function wireErrorOf(error: unknown, facts: WireFacts): WireError {
  const reached = !failedBeforeWriting(error);
  return new WireError(reached ? 'broken' : 'unreached', messageOf(error), { ...facts, cause: error });
}

const connectSyscalls = new Set(['connect', 'getaddrinfo', 'queryA', 'queryAaaa']);
const tlsCode = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|EPROTO$|HOSTNAME_MISMATCH)/;

function failedBeforeWriting(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof WayError || wasUnsecured(error)) return true;
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(failedBeforeWriting);
  if ('syscall' in error && typeof error.syscall === 'string' && connectSyscalls.has(error.syscall)) return true;
  if ('code' in error && typeof error.code === 'string' && tlsCode.test(error.code)) return true;
  return (
    error.message.includes('did not establish a connection') ||
    error.message.includes('before secure TLS connection was established')
  );
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '' && error.errors[0] instanceof Error) {
    return error.errors[0].message;
  }
  return error instanceof Error ? error.message : String(error);
}
