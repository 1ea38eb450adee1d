import { WebSocket } from 'ws';
import type { Problem } from '../../model/Problem.js';
import type { Clock } from '../../seams/Clock.js';
import {
  frameBytesMax,
  type MessageData,
  readServerBinary,
  readServerText,
  type ServerMessage,
  subprotocols,
  type Subscription,
  subscribeText,
} from './foxgloveMessages.js';
import { foxgloveProblem } from './foxgloveProblem.js';

/** A server that says nothing for so long after the connection was asked for is taken for no bridge. */
export const greetingMsMax = 10_000;
/** Pings go out so often; a link on which nothing came back for `silenceMsMax` is gone (a pulled cable closes nothing). */
export const pingIntervalMs = 4_000;
export const silenceMsMax = 12_000;

export interface ConnectionEvents {
  /** In order; the first is always `serverInfo`. */
  readonly said: (message: ServerMessage) => void;
  readonly data: (message: MessageData) => void;
  readonly garbage: () => void;
  /** Once, unless `close` was called before. */
  readonly ended: (problem: Problem) => void;
}

/** One WebSocket to a Foxglove server, from the call until it ends. It does not come back by itself. */
export class FoxgloveConnection {
  readonly #socket: WebSocket;
  readonly #url: string;
  readonly #clock: Clock;
  readonly #events: ConnectionEvents;
  #over = false;
  #greeted = false;
  #problem: Problem | null = null;
  #lastHeardMs: number;
  #cancelTimer: () => void;

  constructor(url: string, clock: Clock, events: ConnectionEvents) {
    this.#url = url;
    this.#clock = clock;
    this.#events = events;
    this.#lastHeardMs = clock.monotonicMs();
    this.#cancelTimer = clock.after(greetingMsMax, () => {
      this.#giveUp(new Error('timed out'));
    });
    const socket = new WebSocket(url, [...subprotocols], {
      maxPayload: frameBytesMax,
      handshakeTimeout: greetingMsMax,
      // Compression costs the robot CPU and is seldom offered; logs on a slow link are small.
      perMessageDeflate: false,
    });
    this.#socket = socket;
    socket.on('error', (error) => {
      this.#problem ??= foxgloveProblem(url, error);
    });
    socket.on('close', (code, reason) => {
      this.#end(this.#problem ?? closedProblem(url, code, String(reason), this.#greeted));
    });
    socket.on('pong', () => {
      this.#lastHeardMs = clock.monotonicMs();
    });
    socket.on('message', (data, isBinary) => {
      this.#take(data as Buffer, isBinary);
    });
  }

  subscribe(subscriptions: readonly Subscription[]): void {
    if (!this.#over && subscriptions.length > 0) this.#socket.send(subscribeText(subscriptions));
  }

  /** Nothing is told from now on. Resolves when the socket is closed. */
  close(): Promise<void> {
    this.#over = true;
    this.#cancelTimer();
    return new Promise((resolve) => {
      if (this.#socket.readyState === WebSocket.CLOSED) {
        resolve();
        return;
      }
      this.#socket.once('close', () => {
        cancel();
        resolve();
      });
      const cancel = this.#clock.after(closeMsMax, () => {
        this.#socket.terminate();
      });
      this.#socket.close();
    });
  }

  #take(frame: Buffer, isBinary: boolean): void {
    if (this.#over) return;
    this.#lastHeardMs = this.#clock.monotonicMs();
    const message = isBinary ? readServerBinary(frame) : readServerText(frame.toString('utf8'));
    if (message === 'other') return;
    if (message === 'garbage') {
      this.#events.garbage();
      return;
    }
    if ('data' in message) {
      this.#events.data(message);
      return;
    }
    if (!this.#greeted) {
      this.#greeted = true;
      this.#cancelTimer();
      this.#watch();
    }
    this.#events.said(message);
  }

  /** Pings, and notices that nothing comes back. */
  #watch(): void {
    this.#cancelTimer = this.#clock.after(pingIntervalMs, () => {
      if (this.#clock.monotonicMs() - this.#lastHeardMs > silenceMsMax) {
        this.#giveUp(new Error('timed out'));
        return;
      }
      if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
      this.#watch();
    });
  }

  #giveUp(error: Error): void {
    this.#problem ??= foxgloveProblem(this.#url, error);
    this.#socket.terminate();
  }

  #end(problem: Problem): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancelTimer();
    this.#events.ended(problem);
  }
}

/** How long a server may take to answer a goodbye. */
const closeMsMax = 1_000;

function closedProblem(url: string, code: number, reason: string, greeted: boolean): Problem {
  const why = reason === '' ? `code ${code}` : `${reason}, code ${code}`;
  if (!greeted) {
    return {
      code: 'not-a-bridge',
      message: `${url} ended the connection without a greeting (${why})`,
      nextStep: 'Check that the port is that of a Foxglove bridge.',
    };
  }
  return { code: 'ended', message: `the Foxglove bridge ended the connection (${why})`, nextStep: '' };
}
