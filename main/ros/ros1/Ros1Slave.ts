import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readCall, writeFault, writeResponse, type XmlRpcValue } from './xmlRpc.js';

const bodyBytesMax = 1024 * 1024;

export interface SlaveEvents {
  /** The master says who publishes a topic now. */
  readonly publishers: (topic: string, uris: readonly string[]) => void;
}

/**
 * The small XML-RPC server that every ROS 1 node has. The master calls it when a topic's publishers change; it publishes nothing
 * itself. Source: wiki.ros.org/ROS/Slave_API.
 */
export class Ros1Slave {
  readonly #server: Server;

  private constructor(
    server: Server,
    private readonly masterUrl: string,
    private readonly events: SlaveEvents,
  ) {
    this.#server = server;
  }

  /** Listens on a free port: of this machine alone when the master is on it too. */
  static async start(masterUrl: string, address: string, events: SlaveEvents): Promise<Ros1Slave> {
    const server = createServer((incoming, response) => {
      slave.#serve(incoming, response);
    });
    const slave = new Ros1Slave(server, masterUrl, events);
    const isLoopback = address === 'localhost' || address === '::1' || address.startsWith('127.');
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, isLoopback ? '127.0.0.1' : undefined, resolve);
    });
    server.on('error', () => undefined);
    return slave;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      this.#server.closeAllConnections();
    });
  }

  #serve(incoming: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = [];
    let bytes = 0;
    incoming.on('error', () => undefined);
    incoming.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > bodyBytesMax) incoming.destroy();
      else parts.push(part);
    });
    incoming.on('end', () => {
      const call = readCall(Buffer.concat(parts).toString('utf8'));
      const text = call === null ? writeFault(-1, 'not XML-RPC') : this.#answer(call.method, call.parameters);
      response.writeHead(200, { 'content-type': 'text/xml' }).end(text);
    });
  }

  #answer(method: string, parameters: readonly XmlRpcValue[]): string {
    const success = (value: XmlRpcValue): string => writeResponse([1, '', value]);
    switch (method) {
      case 'publisherUpdate': {
        const [, topic, uris] = parameters;
        if (typeof topic === 'string' && Array.isArray(uris)) {
          this.events.publishers(
            topic,
            (uris as readonly XmlRpcValue[]).filter((uri) => typeof uri === 'string'),
          );
        }
        return success(0);
      }
      case 'getPid':
        return success(process.pid);
      case 'getMasterUri':
        return success(this.masterUrl);
      case 'getBusInfo':
      case 'getBusStats':
      case 'getSubscriptions':
      case 'getPublications':
        return success([]);
      case 'paramUpdate':
      case 'shutdown':
        return success(0);
      case 'requestTopic':
        return writeResponse([0, 'Tether publishes nothing', 0]);
      default:
        return writeFault(-1, `unknown method ${method}`);
    }
  }
}
