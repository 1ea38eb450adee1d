/**
 * A strict CloudWatch on loopback: the endpoint of a first run without an AWS account (labelled "local, not AWS"), and the
 * fault-making peer of the tests.
 *
 * It answers CloudWatch Logs (awsJson1_1), CloudWatch (awsJson1_0, gzip) and STS GetCallerIdentity (query/XML), and holds
 * every documented rule of the operations that it answers: what it takes, AWS takes. Signatures must be there and are not
 * verified. What it does not know, it refuses by name.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOCAL_ACCOUNT_ID, callerIdentityXml } from './account.js';
import { FaultPlan, faultError, faultsRequestSchema, skewMsOf, type Fault } from './faults/FaultPlan.js';
import { STORE_NOTES_MAX, count, emptyStats, type LocalCloudStats } from './LocalCloudStats.js';
import { LogStore } from './logs/LogStore.js';
import { callLogs } from './logs/LogsApi.js';
import { MetricStore, type Dimension, type Observation } from './metrics/MetricStore.js';
import { callMetrics } from './metrics/MetricsApi.js';
import { SegmentStore, STORE_BYTES_MAX_DEFAULT, STORE_BYTES_MAX_MIN } from './store/SegmentStore.js';
import { loadStoreLine } from './store/loadStoreLine.js';
import { logGroupLine, logStreamLine } from './store/storeLines.js';
import { errorAnswer, successAnswer, type Answer } from './wire/answers.js';
import { ApiError } from './wire/ApiError.js';
import { parseInput } from './wire/parseInput.js';
import { readRequestBody } from './wire/readRequestBody.js';
import { routeRequest, type Route, type ServiceName } from './wire/routeRequest.js';

export interface LocalCloudWatchOptions {
  /** Only a loopback address: this server knows no one and trusts everyone. */
  readonly host?: string;
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Keeps what was sent over a restart. Absent: memory only. */
  readonly storeFolder?: string;
  readonly clock?: { nowMs(): number };
  /** Bound of everything kept, memory and disk alike; the oldest goes first. */
  readonly bytesMax?: number;
}

/** A log event as read back in-process. */
export interface HeldLogEvent {
  readonly streamName: string;
  readonly timestamp: number;
  readonly message: string;
  readonly ingestionTimeMs: number;
}

/** A datum as read back in-process. The time is that of its resolution's period. */
export interface HeldDatum {
  readonly name: string;
  readonly dimensions: readonly Dimension[];
  readonly timestampMs: number;
  readonly unit: string;
  readonly observation: Observation;
}

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);
/** Longer than the SDK's agents keep an idle socket, so that the client closes first and never writes into a closed one. */
const KEEP_ALIVE_MS = 65_000;
const SLOW_BODY_STEP_MS_DEFAULT = 1000;
const CAPTIVE_PORTAL_PAGE =
  '<!doctype html><html><head><title>Welcome to FieldNet</title></head><body><h1>Sign in to use this network</h1></body></html>';
const CAPTIVE_PORTAL_URL = 'http://portal.fieldnet.invalid/login';

export class LocalCloudWatch {
  readonly faults = new FaultPlan();
  readonly #server: Server;
  readonly #stats: LocalCloudStats;
  readonly #logs: LogStore;
  readonly #metrics: MetricStore;
  readonly #segments: SegmentStore;
  readonly #nowMs: () => number;
  readonly #host: string;
  #stopped: Promise<void> | undefined;

  private constructor(parts: {
    server: Server;
    stats: LocalCloudStats;
    logs: LogStore;
    metrics: MetricStore;
    segments: SegmentStore;
    nowMs: () => number;
    host: string;
  }) {
    this.#server = parts.server;
    this.#stats = parts.stats;
    this.#logs = parts.logs;
    this.#metrics = parts.metrics;
    this.#segments = parts.segments;
    this.#nowMs = parts.nowMs;
    this.#host = parts.host;
  }

  /** Loads the store and listens. Throws for a host that is not loopback, and where the port or folder cannot be used. */
  static async start(options: LocalCloudWatchOptions = {}): Promise<LocalCloudWatch> {
    const host = options.host ?? '127.0.0.1';
    if (!LOOPBACK_HOSTS.has(host)) {
      throw new Error(`The local CloudWatch only listens on loopback (127.0.0.1, ::1, localhost), not on ${host}.`);
    }
    const bytesMax = Math.max(options.bytesMax ?? STORE_BYTES_MAX_DEFAULT, STORE_BYTES_MAX_MIN);
    const stats = emptyStats();
    const logs = new LogStore();
    const metrics = new MetricStore();
    const segments = await SegmentStore.open(
      {
        folder: options.storeFolder,
        bytesMax,
        snapshot: () => snapshotLines(logs),
        evict: (segment) => {
          stats.segmentsEvicted += 1;
          stats.eventsEvicted += logs.evict(segment);
          stats.dataEvicted += metrics.evict(segment);
        },
        note: (text) => {
          if (stats.storeNotes.length < STORE_NOTES_MAX) stats.storeNotes.push(text);
        },
      },
      (line, segment) => loadStoreLine({ logs, metrics, stats }, line, segment),
    );
    const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
    const nowMs = options.clock === undefined ? Date.now : options.clock.nowMs.bind(options.clock);
    const cloud = new LocalCloudWatch({ server, stats, logs, metrics, segments, nowMs, host });
    await cloud.#listen(options.port ?? 0);
    return cloud;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The endpoint to give to a client. */
  get url(): string {
    return `http://${this.#host.includes(':') ? `[${this.#host}]` : this.#host}:${String(this.port)}`;
  }

  get accountId(): string {
    return LOCAL_ACCOUNT_ID;
  }

  /** A copy of the counters. */
  stats(): LocalCloudStats {
    return structuredClone(this.#stats);
  }

  /** Closes every connection, hanging ones too, and the store. Safe to call twice. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stopNow();
    return this.#stopped;
  }

  logGroupNames(): readonly string[] {
    return [...this.#logs.groups.keys()];
  }

  /** What a group is kept for (null: for ever) and marked with; null where there is no such group. */
  logGroup(name: string): { readonly retentionDays: number | null; readonly tags: Record<string, string> } | null {
    const group = this.#logs.groups.get(name);
    if (group === undefined) return null;
    return { retentionDays: group.retentionDays ?? null, tags: Object.fromEntries(group.tags) };
  }

  logStreamNames(groupName: string): readonly string[] {
    return [...(this.#logs.groups.get(groupName)?.streams.keys() ?? [])];
  }

  /** The events of a group (or one stream of it) by time; none where there is no such group or stream. */
  logEvents(groupName: string, streamName?: string): readonly HeldLogEvent[] {
    const streams = [...(this.#logs.groups.get(groupName)?.streams.values() ?? [])];
    return streams
      .filter((stream) => streamName === undefined || stream.name === streamName)
      .flatMap((stream) =>
        stream.inOrder().map(({ timestamp, message, arrival }) => ({
          streamName: stream.name,
          timestamp,
          message,
          ingestionTimeMs: arrival.ingestionTimeMs,
        })),
      )
      .sort((a, b) => a.timestamp - b.timestamp);
  }

  /** Number of events held, without copying them. */
  logEventCount(groupName?: string): number {
    let events = 0;
    for (const group of this.#logs.groups.values()) {
      if (groupName !== undefined && group.name !== groupName) continue;
      for (const stream of group.streams.values()) events += stream.eventCount;
    }
    return events;
  }

  /** The data of a namespace (or one metric name of it), metric by metric, each by time. */
  metricData(namespace: string, name?: string): readonly HeldDatum[] {
    return this.#metrics
      .all()
      .filter((series) => series.namespace === namespace && (name === undefined || series.name === name))
      .flatMap((series) =>
        series.inOrder().map(({ timestampMs, unit, observation }) => ({
          name: series.name,
          dimensions: series.dimensions,
          timestampMs,
          unit,
          observation,
        })),
      );
  }

  /** What is held, in bytes as counted against `bytesMax`. */
  get storeBytes(): number {
    return this.#segments.bytes;
  }

  async #listen(port: number): Promise<void> {
    this.#server.on('connection', () => {
      this.#stats.connections += 1;
    });
    this.#server.on('request', (request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        // Only a broken connection ends here; there is no one left to tell.
        response.destroy(error instanceof Error ? error : undefined);
      });
    });
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject);
        this.#server.listen(port, this.#host, () => {
          this.#server.off('error', reject);
          resolve();
        });
      });
    } catch (error) {
      await this.#segments.close();
      throw error;
    }
  }

  async #stopNow(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      this.#server.closeAllConnections();
    });
    await this.#segments.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    if (!isFromThisMachine(request)) {
      await sendAnswer(
        response,
        plainAnswer(403, 'Only programs on this machine may talk to the local CloudWatch.'),
        requestId,
      );
      return;
    }
    if (request.url?.startsWith('/_tether/') === true) await this.#serveControl(request, response, requestId);
    else await this.#serveAws(request, response, requestId);
  }

  async #serveControl(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    await sendAnswer(response, await this.#controlAnswer(request), requestId);
  }

  async #controlAnswer(request: IncomingMessage): Promise<Answer> {
    try {
      const { bytes } = await readRequestBody(request);
      switch (`${request.method ?? ''} ${request.url ?? ''}`) {
        case 'GET /_tether/stats':
          return jsonAnswer(200, this.#stats);
        case 'POST /_tether/faults':
          this.faults.add(...parseInput(faultsRequestSchema, bytes).faults);
          return jsonAnswer(200, { waiting: this.faults.waiting });
        case 'DELETE /_tether/faults':
          this.faults.clear();
          return jsonAnswer(200, { waiting: 0 });
        default:
          return jsonAnswer(404, { message: 'Known: GET /_tether/stats, POST and DELETE /_tether/faults.' });
      }
    } catch (error) {
      return jsonAnswer(error instanceof ApiError ? error.status : 400, { message: textOf(error) });
    }
  }

  async #serveAws(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    const read = await this.#readRequest(request);
    if ('error' in read) {
      count(this.#stats.requests, '(unknown)');
      await sendAnswer(response, this.#answerError(guessService(request), read.error, requestId), requestId);
      return;
    }
    const { route, body } = read;
    const fault = this.faults.take(route.operation);
    count(this.#stats.requests, route.operation);
    if (fault !== undefined) count(this.#stats.faults, fault.kind);
    const run = (): Promise<Answer> => this.#run(request, route, body, requestId);
    if (fault === undefined) await sendAnswer(response, await run(), requestId);
    else await this.#serveFault(fault, route, run, response, requestId);
  }

  async #readRequest(request: IncomingMessage): Promise<{ route: Route; body: Buffer } | { error: ApiError }> {
    try {
      const { bytes, wireBytes } = await readRequestBody(request);
      this.#stats.bytesIn += wireBytes;
      return { route: routeRequest(request, bytes), body: bytes };
    } catch (error) {
      if (error instanceof ApiError) return { error };
      throw error;
    }
  }

  async #serveFault(
    fault: Fault,
    route: Route,
    run: () => Promise<Answer>,
    response: ServerResponse,
    requestId: string,
  ): Promise<void> {
    if (fault.delayMs !== undefined && fault.kind !== 'slow-body') await sleep(fault.delayMs);
    // The signature's own time stands in the message: the real clock, not the one handed in.
    const error = faultError(fault, route.service, route.operation, Date.now());
    const skewMs = fault.kind === 'clock-skew' ? skewMsOf(fault) : 0;
    if (error !== undefined) {
      await sendAnswer(response, errorAnswer(route.service, error, requestId), requestId, skewMs);
      return;
    }
    switch (fault.kind) {
      case 'hang':
        // Without delayMs the connection stays open until the client or stop() closes it.
        if (fault.delayMs !== undefined) response.destroy();
        return;
      case 'reset-before':
        response.socket?.resetAndDestroy();
        return;
      case 'reset-after-accept':
        await run();
        response.socket?.resetAndDestroy();
        return;
      case 'half-body':
        await sendHalf(response, await run(), requestId);
        return;
      case 'slow-body':
        await sendSlowly(response, await run(), requestId, fault.delayMs ?? SLOW_BODY_STEP_MS_DEFAULT);
        return;
      case 'delay':
        await sendAnswer(response, await run(), requestId);
        return;
      case 'html':
        await sendAnswer(response, htmlAnswer(200), requestId);
        return;
      case 'redirect':
        await sendAnswer(response, htmlAnswer(302, { location: CAPTIVE_PORTAL_URL }), requestId);
        return;
      case 'throttle':
      case 'status':
      case 'access-denied':
      case 'expired-token':
      case 'unrecognized-client':
      case 'clock-skew':
        return;
    }
  }

  async #run(request: IncomingMessage, route: Route, body: Buffer, requestId: string): Promise<Answer> {
    const { service, operation } = route;
    try {
      const scope = { region: signedRegion(request) };
      const context = { segments: this.#segments, stats: this.#stats, nowMs: this.#nowMs };
      switch (service) {
        case 'logs':
          return successAnswer(service, await callLogs({ ...context, logs: this.#logs }, operation, body, scope));
        case 'monitoring': {
          const result = await callMetrics({ ...context, metrics: this.#metrics }, operation, body);
          return successAnswer(service, result.output, result.headers);
        }
        case 'sts':
          return successAnswer(service, callerIdentityXml(requestId));
      }
    } catch (error) {
      return this.#answerError(
        service,
        error instanceof ApiError ? error : this.#storeFailure(service, error),
        requestId,
      );
    }
  }

  /** What is left are failures of the store's disk: 503, so that the client keeps its data and comes back. */
  #storeFailure(service: ServiceName, error: unknown): ApiError {
    this.#stats.storeWriteFailures += 1;
    const code = service === 'logs' ? 'ServiceUnavailableException' : 'InternalServiceFault';
    return new ApiError({
      code,
      queryCode: 'InternalServiceError',
      status: service === 'logs' ? 503 : 500,
      message: `The local CloudWatch could not keep the data: ${textOf(error)}`,
    });
  }

  #answerError(service: ServiceName, error: ApiError, requestId: string): Answer {
    count(this.#stats.errors, error.code);
    return errorAnswer(service, error, requestId);
  }
}

function snapshotLines(logs: LogStore): readonly Buffer[] {
  return [...logs.groups.values()].flatMap((group) => [
    logGroupLine(group),
    ...[...group.streams.values()].map((stream) => logStreamLine(group.name, stream)),
  ]);
}

/**
 * A browser on this machine can be made to send requests to loopback by any web page: those carry Origin, or a Host that
 * is not loopback (DNS rebinding). No AWS SDK outside a browser sends Origin.
 */
function isFromThisMachine(request: IncomingMessage): boolean {
  if (request.headers.origin !== undefined) return false;
  const host = (request.headers.host ?? '').replace(/:\d+$/, '').replaceAll(/[[\]]/g, '');
  return LOOPBACK_HOSTS.has(host) || host.endsWith('.localhost');
}

const SIGV4_CREDENTIAL = /^AWS4-HMAC-SHA256 Credential=[^/,\s]+\/\d{8}\/([a-z0-9-]{1,64})\/[a-z0-9]+\/aws4_request,/;

/** The region of the SigV4 credential scope. Throws MissingAuthenticationTokenException for an unsigned request. */
function signedRegion(request: IncomingMessage): string {
  const region = SIGV4_CREDENTIAL.exec(request.headers.authorization ?? '')?.[1];
  if (region !== undefined) return region;
  throw new ApiError({
    code: 'MissingAuthenticationTokenException',
    queryCode: 'MissingAuthenticationToken',
    status: 403,
    message: 'Missing Authentication Token',
  });
}

function guessService(request: IncomingMessage): ServiceName {
  const target = request.headers['x-amz-target'];
  return typeof target === 'string' && target.startsWith('Granite') ? 'monitoring' : 'logs';
}

function answerHeaders(answer: Answer, requestId: string, skewMs: number): Record<string, string> {
  return {
    ...answer.headers,
    'content-length': String(answer.body.length),
    'x-amzn-requestid': requestId,
    date: new Date(Date.now() + skewMs).toUTCString(),
  };
}

function sendAnswer(response: ServerResponse, answer: Answer, requestId: string, skewMs = 0): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve);
    response.writeHead(answer.status, answerHeaders(answer, requestId, skewMs));
    response.end(answer.body, () => {
      resolve();
    });
  });
}

async function sendHalf(response: ServerResponse, answer: Answer, requestId: string): Promise<void> {
  const half = answer.body.subarray(0, Math.floor(answer.body.length / 2));
  response.writeHead(answer.status, answerHeaders(answer, requestId, 0));
  response.flushHeaders();
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.write(half, () => {
      resolve();
    });
  });
  response.destroy();
}

async function sendSlowly(response: ServerResponse, answer: Answer, requestId: string, stepMs: number): Promise<void> {
  response.writeHead(answer.status, answerHeaders(answer, requestId, 0));
  response.flushHeaders();
  for (let index = 0; index < answer.body.length && !response.destroyed; index += 1) {
    response.write(answer.body.subarray(index, index + 1));
    await sleep(stepMs);
  }
  response.end();
}

function jsonAnswer(status: number, value: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(value)) };
}

function plainAnswer(status: number, text: string): Answer {
  return { status, headers: { 'content-type': 'text/plain' }, body: Buffer.from(text) };
}

function htmlAnswer(status: number, headers: Record<string, string> = {}): Answer {
  return { status, headers: { 'content-type': 'text/html', ...headers }, body: Buffer.from(CAPTIVE_PORTAL_PAGE) };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
