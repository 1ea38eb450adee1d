import { connect, type Socket } from 'node:net';
import { messageBytesMax } from '../../codec/MessageDecoder.js';
import { fail, type Problem, type Result, succeed } from '../../model/Problem.js';
import { callXmlRpc } from './callXmlRpc.js';
import { reachableHost } from './reachableHost.js';
import { LengthFrames, readHeader, writeHeader } from './tcpRos.js';
import type { XmlRpcValue } from './xmlRpc.js';

export interface LinkOptions {
  readonly topic: string;
  /** The publisher's XML-RPC address, as the master gives it. */
  readonly publisherUri: string;
  readonly callerId: string;
  readonly masterHost: string;
}

export interface LinkEvents {
  /** The publisher's answer: `type`, `message_definition`, `callerid`, `latching`, ... */
  readonly opened: (fields: ReadonlyMap<string, string>) => void;
  readonly message: (data: Uint8Array) => void;
  /** Once, unless `close` was called before. */
  readonly ended: (problem: Problem) => void;
}

/** A larger frame than a message may be is no message: the connection is given up. */
const frameBytesMax = 4 * messageBytesMax;
const connectMsMax = 5_000;

/** One TCPROS connection to one publisher of one topic, from the call until it ends. It does not come back by itself. */
export class Ros1Link {
  readonly #options: LinkOptions;
  readonly #events: LinkEvents;
  readonly #frames = new LengthFrames(frameBytesMax);
  #socket: Socket | null = null;
  #opened = false;
  #over = false;

  constructor(options: LinkOptions, events: LinkEvents) {
    this.#options = options;
    this.#events = events;
    void this.#connect();
  }

  get isOpen(): boolean {
    return this.#opened && !this.#over;
  }

  /** Nothing is told from now on. */
  close(): void {
    this.#over = true;
    this.#socket?.destroy();
  }

  async #connect(): Promise<void> {
    const place = await this.#askForPlace();
    if (this.#over) return;
    if (!place.ok) {
      this.#end(place.problem);
      return;
    }
    const { host, port } = place.value;
    const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: connectMsMax });
    this.#socket = socket;
    socket.setTimeout(connectMsMax, () => {
      if (!this.#opened) socket.destroy(new Error('it does not answer'));
    });
    socket.on('connect', () => {
      const { callerId: callerid, topic } = this.#options;
      // Any type: the publisher says which one it is, with its definition.
      socket.write(writeHeader({ callerid, topic, type: '*', md5sum: '*', tcp_nodelay: '1' }));
    });
    socket.on('data', (part) => {
      this.#take(part);
    });
    let why = 'it closed the connection';
    socket.on('error', (error) => {
      why = error.message;
    });
    socket.on('close', () => {
      this.#end(this.#problem(why));
    });
  }

  /** Where the publisher's TCPROS server listens. */
  async #askForPlace(): Promise<Result<{ readonly host: string; readonly port: number }>> {
    const { topic, publisherUri, callerId, masterHost } = this.#options;
    if (!URL.canParse(publisherUri)) return { ok: false, problem: this.#problem('its address is none') };
    const uri = new URL(publisherUri);
    uri.hostname = await reachableHost(uri.hostname, masterHost);
    const answer = await callXmlRpc(uri.toString(), 'requestTopic', [callerId, topic, [['TCPROS']]]);
    if (!answer.ok) return { ok: false, problem: this.#problem(answer.problem.message) };
    const [status, words, protocol] = Array.isArray(answer.value.value) ? (answer.value.value as XmlRpcValue[]) : [];
    const [name, host, port] = Array.isArray(protocol) ? (protocol as XmlRpcValue[]) : [];
    if (status !== 1 || name !== 'TCPROS' || typeof host !== 'string' || typeof port !== 'number') {
      const said = typeof words === 'string' && words !== '' ? `: ${words}` : '';
      return fail('refused', `the node at ${publisherUri} offers no TCPROS connection for ${topic}${said}`, '');
    }
    return succeed({ host: await reachableHost(host, uri.hostname), port });
  }

  #take(part: Buffer): void {
    if (this.#over) return;
    const frames = this.#frames.push(part);
    if (frames === null) {
      this.#socket?.destroy(new Error(`it announced a message above ${frameBytesMax} bytes`));
      return;
    }
    for (const frame of frames) {
      if (this.#opened) this.#events.message(frame);
      else if (!this.#open(frame)) return;
    }
  }

  #open(frame: Buffer): boolean {
    const fields = readHeader(frame);
    const error = fields?.get('error');
    if (fields === null || error !== undefined) {
      this.#socket?.destroy(new Error(error ?? 'it does not speak TCPROS'));
      return false;
    }
    this.#opened = true;
    this.#socket?.setTimeout(0);
    this.#events.opened(fields);
    return true;
  }

  #problem(why: string): Problem {
    const { topic, publisherUri } = this.#options;
    return {
      code: 'node-unreachable',
      message: `${topic} of the node at ${publisherUri} cannot be heard: ${why}`,
      nextStep:
        'If the node still runs, set ROS_IP on the robot to an address that this laptop can reach, and restart its nodes.',
    };
  }

  #end(problem: Problem): void {
    if (this.#over) return;
    this.#over = true;
    this.#socket?.destroy();
    this.#events.ended(problem);
  }
}
