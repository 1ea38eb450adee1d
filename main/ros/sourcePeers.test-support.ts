import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { until } from './realRos.test-support.js';

const root = path.resolve(import.meta.dirname, '../..');

/** The Python that scripts/setup/sourcePeers.mjs made: foxglove-sdk and rosbags. */
export function sourcePeersPython(): string {
  const python = path.join(root, '.cache/source-peers/bin/python3');
  if (!existsSync(python)) throw new Error('the robots of the tests are not set up: run npm run setup -- --tests');
  return python;
}

/** A program of e2e/peers that plays a robot: it tells events as JSON lines on stdout and obeys JSON lines on stdin. */
export class RobotPeer {
  readonly #child: ChildProcess;
  readonly #events: Record<string, unknown>[] = [];
  #lastWords = '';
  #awaited = 0;

  constructor(python: string, script: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    const child = spawn(python, [path.join(root, 'e2e/peers', script), ...args], {
      env: { ...process.env, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.on('error', () => undefined);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-4000);
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#events.push(JSON.parse(line) as Record<string, unknown>);
    });
    this.#child = child;
  }

  order(order: Readonly<Record<string, unknown>>): void {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  /** Waits for the next event of this name that was not waited for yet. */
  async next(event: string): Promise<Record<string, unknown>> {
    const find = (): number => this.#events.findIndex((said, at) => at >= this.#awaited && said['event'] === event);
    await until(() => find() >= 0 || this.#child.exitCode !== null);
    const at = find();
    const said = this.#events[at];
    if (said === undefined) throw new Error(`the robot ended without "${event}": ${this.#lastWords}`);
    this.#awaited = at + 1;
    return said;
  }

  /** Events of this name that told of the topic so far. */
  count(event: string, topic: string): number {
    return this.#events.filter((said) => said['event'] === event && said['topic'] === topic).length;
  }

  /** SIGSTOP or SIGCONT: as a robot that hangs. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'close');
  }
}
