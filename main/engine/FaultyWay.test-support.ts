import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { checkSentRequest } from '../upload/checkSentRequest.test-support.js';

export type WayFault =
  | 'drop-before'
  | 'drop-after'
  | 'half-answer'
  | 'byte-by-byte'
  | 'throttle'
  | 'server-fault'
  | 'unavailable'
  | 'bad-gateway'
  | 'portal'
  | 'wrong-clock'
  | 'expired-token';

const allFaults: readonly WayFault[] = [
  ...(['drop-before', 'drop-after', 'half-answer', 'byte-by-byte', 'throttle', 'server-fault'] as const),
  ...(['unavailable', 'bad-gateway', 'portal', 'wrong-clock', 'expired-token'] as const),
];
/** A storm is one fault for this many requests in a row. */
const stormRequestsMax = 5;
const byteEveryMs = 20;

/**
 * The way between the uploader and a CloudWatch on loopback, whichever it is: breaks requests at random, and holds each one
 * that passes against the documented limits.
 */
export class FaultyWay {
  /** Share of requests that a fault hits. */
  faultShare = 0;
  /** Answers reads as CloudWatch does when the permission lacks. */
  mayRead = true;
  readonly violations: string[] = [];
  readonly fired = new Map<WayFault, number>();
  /** Requests that carried data, answered or not. */
  puts = 0;
  private readonly server: Server;
  private storm: { readonly fault: WayFault; left: number } | null = null;

  private constructor(
    private readonly target: URL,
    private readonly random: () => number,
  ) {
    this.server = createServer((request, response) => {
      this.serve(request, response).catch(() => {
        response.destroy();
      });
    });
  }

  static async start(target: string, random: () => number): Promise<FaultyWay> {
    const way = new FaultyWay(new URL(target), random);
    await new Promise<void>((resolve) => way.server.listen(0, '127.0.0.1', resolve));
    return way;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const wire = Buffer.concat(chunks);
    const operation = (request.headers['x-amz-target'] ?? '').toString().split('.').at(-1) ?? '';
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(wire) : wire;
    const isPut = operation.startsWith('Put');
    if (isPut) this.puts += 1;
    const wrong = checkSentRequest({ operation, body, wireBytes: wire.length }, Date.now());
    this.violations.push(...wrong.map((words) => `${operation}: ${words}`));
    if (!this.mayRead && operation.startsWith('Get')) {
      error(response, 400, 'AccessDeniedException');
      return;
    }
    const fault = isPut ? this.nextFault() : null;
    if (fault !== null) this.fired.set(fault, (this.fired.get(fault) ?? 0) + 1);
    await this.answer(fault, { request, wire, response });
  }

  private nextFault(): WayFault | null {
    if (this.storm !== null && this.storm.left > 0) {
      this.storm.left -= 1;
      return this.storm.fault;
    }
    if (this.random() >= this.faultShare) return null;
    const fault = allFaults[Math.floor(this.random() * allFaults.length)] ?? 'drop-after';
    const isStorm = fault === 'throttle' || fault === 'server-fault' || fault === 'unavailable';
    this.storm = { fault, left: isStorm ? Math.floor(this.random() * stormRequestsMax) : 0 };
    return fault;
  }

  private async answer(fault: WayFault | null, call: Call): Promise<void> {
    const { response } = call;
    switch (fault) {
      case null:
        await this.pass(call);
        return;
      case 'drop-before':
        response.socket?.resetAndDestroy();
        return;
      case 'drop-after':
        await this.forward(call);
        response.socket?.resetAndDestroy();
        return;
      case 'half-answer': {
        const { status, headers, body } = await this.forward(call);
        response.writeHead(status, { ...headers, 'content-length': String(body.length + 64) });
        response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroySoon());
        return;
      }
      case 'byte-by-byte': {
        const { status, headers, body } = await this.forward(call);
        response.writeHead(status, headers);
        for (const byte of body) {
          await sleep(byteEveryMs);
          response.write(Buffer.from([byte]));
        }
        response.end();
        return;
      }
      case 'throttle':
        error(response, 400, 'ThrottlingException');
        return;
      case 'server-fault':
        error(response, 500, 'InternalFailure');
        return;
      case 'unavailable':
        response.writeHead(503, { 'content-type': 'text/plain', 'retry-after': '0' }).end('busy');
        return;
      case 'bad-gateway':
        // It passed the request on, and lost the answer.
        await this.forward(call);
        response.writeHead(502, { 'content-type': 'text/plain' }).end('bad gateway');
        return;
      case 'portal':
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Sign in</body></html>');
        return;
      case 'wrong-clock':
        error(response, 400, 'InvalidSignatureException', 'Signature expired: it is later than you think');
        return;
      case 'expired-token':
        error(response, 400, 'ExpiredTokenException');
    }
  }

  private async pass(call: Call): Promise<void> {
    const { status, headers, body } = await this.forward(call);
    call.response.writeHead(status, headers).end(body);
  }

  private forward({ request, wire }: Call): Promise<Passed> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.target;
      const { method, url: path } = request;
      const onward = httpRequest({ hostname, port, method, path, headers: request.headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const body = Buffer.concat(chunks);
          const headers = { ...answer.headers, 'content-length': String(body.length) };
          delete headers['transfer-encoding'];
          resolve({ status: answer.statusCode ?? 500, headers, body });
        });
      });
      onward.on('error', reject);
      onward.end(wire);
    });
  }
}

interface Call {
  readonly request: IncomingMessage;
  readonly wire: Buffer;
  readonly response: ServerResponse;
}

interface Passed {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

function error(response: ServerResponse, status: number, code: string, message = 'asked for by the test'): void {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': 'test',
    'x-amzn-errortype': code,
  };
  response.writeHead(status, headers).end(JSON.stringify({ __type: code, message }));
}
