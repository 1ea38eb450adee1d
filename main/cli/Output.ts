import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Where a command writes: results to stdout, all else to stderr. */
export interface Output {
  /** Colour and lines that change in place are for people only. */
  readonly colour: boolean;
  readonly errorIsTerminal: boolean;
  /** One line of the result. False when nobody reads any more (`| head`): then stop quietly. */
  line(text: string): Promise<boolean>;
  /** One line of progress, warning or failure. */
  note(text: string): void;
  /** Overwrites itself; only when `errorIsTerminal`. */
  progress(text: string): void;
}

interface Stream extends Writable {
  readonly isTTY?: boolean;
}

const clearLine = '\r\u001b[K';

/** Colour by https://no-color.org: never when NO_COLOR is set and not empty, else on a terminal. */
export class StreamOutput implements Output {
  readonly colour: boolean;
  readonly errorIsTerminal: boolean;
  private ended = false;
  private inProgress = false;

  constructor(
    private readonly out: Stream,
    private readonly error: Stream,
    environment: Readonly<Record<string, string | undefined>>,
  ) {
    this.colour = out.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
    this.errorIsTerminal = error.isTTY === true && environment['TERM'] !== 'dumb';
    // EPIPE: the reader has gone. Whatever the error, no later write can succeed.
    out.on('error', () => {
      this.ended = true;
    });
    error.on('error', () => undefined);
  }

  async line(text: string): Promise<boolean> {
    if (this.ended) return false;
    this.endProgress();
    if (!this.out.write(`${text}\n`))
      await Promise.race([once(this.out, 'drain'), once(this.out, 'close')]).catch(() => undefined);
    return !this.hasEnded();
  }

  note(text: string): void {
    this.endProgress();
    this.error.write(`${text}\n`);
  }

  progress(text: string): void {
    if (!this.errorIsTerminal) return;
    this.inProgress = true;
    this.error.write(`${clearLine}${text}`);
  }

  /** Resolves when all that was written has been handed to the system. */
  async flush(): Promise<void> {
    this.endProgress();
    for (const stream of [this.out, this.error]) {
      if (stream.destroyed || stream.writableEnded) continue;
      await new Promise<void>((resolve) => {
        stream.write('', () => {
          resolve();
        });
      });
    }
  }

  private hasEnded(): boolean {
    return this.ended;
  }

  private endProgress(): void {
    if (this.inProgress) this.error.write(clearLine);
    this.inProgress = false;
  }
}
