import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '../seams/Clock.js';
import { type FromHost, hostStopMsMax, parseFromHost, type ToHost } from './hostMessages.js';
import type { HostRuntime } from './HostRuntime.js';

/** One life of a robot host: the child process, its IPC channel, and the last of what it wrote to stderr. */
const stderrBytesMax = 4_096;

export interface HostEvents {
  readonly message: (message: FromHost) => void;
  /** Something came over the channel that no host sends. */
  readonly garbage: () => void;
  /** The process has ended, and everything it had sent was given out. Called once. */
  readonly ended: (reason: string) => void;
}

export class HostProcess {
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  #lastWords = '';
  #hasEnded = false;
  readonly ended: Promise<void>;

  constructor(
    options: {
      readonly runtime: HostRuntime;
      readonly hostScript: string;
      readonly environment: Readonly<Record<string, string>>;
      readonly clock: Clock;
    },
    events: HostEvents,
  ) {
    const { runtime, hostScript, environment } = options;
    this.#clock = options.clock;
    this.#child = spawn(runtime.execPath, [...runtime.args, hostScript], {
      env: environment,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-stderrBytesMax);
    });
    this.#child.on('message', (message: unknown) => {
      const parsed = parseFromHost(message);
      if (parsed === null) events.garbage();
      else events.message(parsed);
    });
    this.ended = new Promise((resolve) => {
      const end = (reason: string): void => {
        if (this.#hasEnded) return;
        this.#hasEnded = true;
        events.ended(reason);
        resolve();
      };
      // `close` comes after the last message and the last word.
      this.#child.on('close', (code, signal) => {
        end(this.#reasonOf(code, signal));
      });
      this.#child.on('error', (error) => {
        if (this.#child.pid === undefined) end(`it could not be started: ${error.message}`);
      });
    });
  }

  get pid(): number | null {
    return this.#hasEnded ? null : (this.#child.pid ?? null);
  }

  send(message: ToHost): void {
    // The channel may close at any moment; what was to be said is then of no use any more.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Asks it to end, insists after `hostStopMsMax`, and resolves when it is gone. */
  async stop(): Promise<void> {
    this.send({ type: 'stop' });
    const cancel = this.#clock.after(hostStopMsMax + 500, () => {
      this.kill();
    });
    await this.ended;
    cancel();
  }

  #reasonOf(code: number | null, signal: NodeJS.Signals | null): string {
    const how = signal === null ? `with code ${code ?? 'unknown'}` : `by ${signal}`;
    const lastLine = this.#lastWords.trim().split('\n').at(-1) ?? '';
    return lastLine === '' ? how : `${how}: ${lastLine}`;
  }
}
