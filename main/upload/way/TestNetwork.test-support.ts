import {
  createServer,
  request as requestPlain,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TestCertificate } from './TestAuthority.test-support.js';

interface Place {
  readonly hostname: string;
  readonly port: number;
}

/** Servers and sockets that all end together. */
class OpenServers {
  private readonly servers: (Server | SecureServer)[] = [];
  private readonly sockets = new Set<Duplex>();

  async listen(server: Server | SecureServer): Promise<number> {
    server.on('connection', (socket: Socket) => {
      this.hold(socket);
    });
    this.servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  hold(socket: Duplex): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    // The other side going away is what these tests are about.
    socket.on('error', () => undefined);
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(this.servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

/**
 * AWS as a network with a proxy sees it, on loopback: a real TLS server that hands on to a CloudWatch of ours, and a real HTTP
 * proxy that takes every connection there, whatever host is asked for.
 */
export class TestNetwork {
  /** What CONNECT asked the proxy for, and the addresses of plain requests. */
  readonly asked: string[] = [];
  /** `Proxy-Authorization` of each. */
  readonly authorizations: (string | null)[] = [];
  /** What the proxy answers CONNECT with in place of a connection: status and body. */
  refusal: { readonly status: number; readonly body: string } | null = null;
  private readonly open = new OpenServers();
  private proxyPort = 0;
  private tlsPort = 0;

  private constructor(private readonly cloudUrl: URL) {}

  static async start(cloudUrl: string, certificate: TestCertificate): Promise<TestNetwork> {
    const network = new TestNetwork(new URL(cloudUrl));
    network.tlsPort = await network.open.listen(
      createSecureServer({ ...certificate }, (request, response) => {
        network.handOn(request, response, request.url ?? '/');
      }),
    );
    const proxy = createServer((request, response) => {
      network.note(request);
      network.handOn(request, response, new URL(request.url ?? '').pathname);
    });
    proxy.on('connect', (request: IncomingMessage, socket: Duplex) => {
      network.note(request);
      network.tunnel(socket);
    });
    network.proxyPort = await network.open.listen(proxy);
    return network;
  }

  get proxyUrl(): string {
    return `http://127.0.0.1:${this.proxyPort}`;
  }

  get tls(): Place {
    return { hostname: 'localhost', port: this.tlsPort };
  }

  async stop(): Promise<void> {
    await this.open.stop();
  }

  private note(request: IncomingMessage): void {
    this.asked.push(request.url ?? '');
    this.authorizations.push(request.headers['proxy-authorization'] ?? null);
  }

  private tunnel(socket: Duplex): void {
    this.open.hold(socket);
    if (this.refusal !== null) {
      const { status, body } = this.refusal;
      socket.end(
        `HTTP/1.1 ${status} No\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
      return;
    }
    const onward = connect(this.tlsPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket);
      socket.pipe(onward);
    });
    this.open.hold(onward);
  }

  private handOn(request: IncomingMessage, response: ServerResponse, path: string): void {
    const { hostname, port } = this.cloudUrl;
    const { method } = request;
    // Our CloudWatch answers only to its own name.
    const headers = { ...request.headers, host: this.cloudUrl.host };
    const onward = requestPlain({ hostname, port, path, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  }
}
