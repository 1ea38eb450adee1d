import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import { publisherFile } from './paths.js';
import { readToolchain } from './readToolchain.js';

const eventSchema = z.object({ event: z.string(), logs: z.number().optional(), metricLists: z.number().optional() });
type PublisherEvent = z.infer<typeof eventSchema>;

export interface PublisherOptions {
  readonly domainId: number;
  /** 0: until it is stopped. */
  readonly count: number;
  readonly ratePerS: number;
  readonly text?: string;
  /** Metrics in each list, and lists in all. */
  readonly metrics?: number;
  readonly metricLists?: number;
  /** Log messages that it keeps for who has not acknowledged them; absent: 1,000, as rclcpp's own /rosout. */
  readonly historyDepth?: number;
  /** DDS level of all messages; absent: the five in turn. */
  readonly level?: number;
  readonly node?: string;
  /** Name in the messages, should it not be the node's. */
  readonly logger?: string;
  /** Its level can be set from afar. */
  readonly loggerService?: boolean;
  /** How far the robot's clock is ahead of the laptop's, in seconds. */
  readonly clockOffsetS?: number;
  /** It says what it has to say before anybody listens. */
  readonly early?: boolean;
  /** Log messages after which it waits for `goOn`, and those that it then sends at once. */
  readonly pauseAfter?: number;
  readonly burst?: number;
}

/** A real rclpy node that logs on /rosout, and publishes metrics on /metrics, once the app listens. */
export class RosPublisher {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #events: PublisherEvent[] = [];
  readonly #waiting = new Set<() => void>();
  #errors = '';

  private constructor(options: PublisherOptions) {
    const { ros } = readToolchain();
    const pairs: [string, string | number | undefined][] = [
      ['--domain', options.domainId],
      ['--count', options.count],
      ['--rate', options.ratePerS],
      ['--text', options.text],
      ['--metrics', options.metrics],
      ['--metric-lists', options.metricLists],
      ['--level', options.level],
      ['--depth', options.historyDepth],
      ['--node', options.node],
      ['--logger', options.logger],
      ['--clock-offset', options.clockOffsetS],
      ['--wait-for-subscribers', options.early === true ? 0 : 1],
      ['--pause-after', options.pauseAfter],
      ['--burst', options.burst],
    ];
    const args = ['--exit-with-stdin', ...(options.loggerService === true ? ['--logger-service'] : [])].concat(
      // With its equals sign a value may begin with a dash.
      pairs.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])),
    );
    this.#child = spawn(ros.python, [publisherFile, ...args], {
      env: { ...process.env, ...ros.env, ROS_AUTOMATIC_DISCOVERY_RANGE: 'LOCALHOST' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#events.push(eventSchema.parse(JSON.parse(line)));
      for (const look of this.#waiting) look();
    });
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#errors += chunk.toString();
    });
    this.#child.on('close', () => {
      for (const look of this.#waiting) look();
    });
  }

  static start(options: PublisherOptions): RosPublisher {
    return new RosPublisher(options);
  }

  /** Resolves when all is sent, and acknowledged by those who listen, with what was sent. */
  async done(timeoutMs: number): Promise<{ logs: number; metricLists: number }> {
    const { logs = 0, metricLists = 0 } = await this.#seen('done', timeoutMs);
    return { logs, metricLists };
  }

  async started(timeoutMs = 30_000): Promise<void> {
    await this.#seen('started', timeoutMs);
  }

  /** Resolves when its level has been set to this DDS level. */
  async levelIs(level: number, timeoutMs: number): Promise<void> {
    await this.#seen(`level ${level}`, timeoutMs);
  }

  /** Ends the wait of `pauseAfter`, as soon as that has come. */
  async goOn(timeoutMs = 30_000): Promise<void> {
    await this.#seen('paused', timeoutMs);
    this.#child.stdin.write('\n');
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await closed;
  }

  /** Ends it; what it says last about what it sent. */
  async stop(): Promise<{ logs: number; metricLists: number }> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.stdin.end();
      await once(this.#child, 'close');
    }
    const { logs = 0, metricLists = 0 } = this.#events.find((event) => event.event === 'done') ?? {};
    return { logs, metricLists };
  }

  #seen(name: string, timeoutMs: number): Promise<PublisherEvent> {
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(limit);
        this.#waiting.delete(look);
      };
      const look = (): void => {
        const seen = this.#events.find((event) => event.event === name);
        if (seen !== undefined) {
          finish();
          resolve(seen);
        } else if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
          finish();
          reject(new Error(`the publisher ended before "${name}":\n${this.#errors}`));
        }
      };
      const limit = setTimeout(() => {
        finish();
        reject(new Error(`the publisher did not say "${name}" within ${timeoutMs} ms:\n${this.#errors}`));
      }, timeoutMs);
      this.#waiting.add(look);
      look();
    });
  }
}
