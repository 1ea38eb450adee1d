import { type ChildProcess, spawn } from 'node:child_process';
import { type Clock, systemClock } from '../seams/Clock.js';
import { RestartPolicy } from './RestartPolicy.js';
import { rosChildEnvironment } from './rosChildEnvironment.js';
import type { RosEnvironment } from './toolchain.js';

/**
 * Keeps the demo robot running: a real ROS 2 process of its own, on its own domain, that never speaks beyond this machine.
 * It ends with its stdin, so it cannot outlive us however we end.
 */
export interface DemoRobotOptions {
  /** Null where ROS cannot be used: then there is no demo robot, and the source says why. */
  readonly rosEnvironment: RosEnvironment | null;
  /** Path of `demo_robot.py`. */
  readonly script: string;
  readonly domainId: number;
  /** One line for the log file. */
  readonly log: (line: string) => void;
  readonly clock?: Clock;
}

/** It has this long to end by itself once told to. */
export const demoStopMsMax = 3_000;
const lastWordsMax = 2_000;

export class DemoRobot {
  readonly #options: DemoRobotOptions;
  readonly #clock: Clock;
  readonly #policy = new RestartPolicy();
  #child: ChildProcess | null = null;
  #ended: Promise<void> = Promise.resolve();
  #cancelRestart: () => void = () => undefined;
  #stopped = false;
  /** How often it was started again. */
  restarts = 0;

  private constructor(options: DemoRobotOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  static start(options: DemoRobotOptions): DemoRobot {
    const robot = new DemoRobot(options);
    if (options.rosEnvironment === null) options.log('no demo robot: ROS 2 is not set up here');
    else robot.#spawn(options.rosEnvironment);
    return robot;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRestart();
    const child = this.#child;
    if (child === null) return;
    child.stdin?.end();
    child.kill('SIGTERM');
    const cancel = this.#clock.after(demoStopMsMax, () => {
      child.kill('SIGKILL');
    });
    await this.#ended;
    cancel();
  }

  #spawn(ros: RosEnvironment): void {
    const { script, domainId, log } = this.#options;
    const startedAtMs = this.#clock.monotonicMs();
    const child = spawn(ros.python, [script, '--exit-with-stdin'], {
      env: rosChildEnvironment({
        inherited: process.env,
        ros,
        domainId,
        // The newer name, then Humble's.
        robot: { ROS_AUTOMATIC_DISCOVERY_RANGE: 'LOCALHOST', ROS_LOCALHOST_ONLY: '1' },
        runtime: {},
      }),
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    this.#child = child;
    // A pipe to a process that has just ended: its end is told below.
    child.stdin.on('error', () => undefined);
    let lastWords = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-lastWordsMax);
    });
    this.#ended = new Promise((resolve) => {
      const end = (how: string): void => {
        if (this.#child !== child) return;
        this.#child = null;
        resolve();
        if (!this.#stopped) this.#startAgain(ros, how, this.#clock.monotonicMs() - startedAtMs);
      };
      child.on('error', (error) => {
        if (child.pid === undefined) end(error.message);
      });
      child.on('close', (code, signal) => {
        end(`${signal ?? `code ${code ?? 'unknown'}`} ${lastWords.trim().split('\n').at(-1) ?? ''}`.trim());
      });
    });
    log(`demo robot started on domain ${domainId}, process ${child.pid ?? 'none'}`);
  }

  #startAgain(ros: RosEnvironment, how: string, livedMs: number): void {
    this.restarts += 1;
    this.#options.log(`demo robot ended (${how}), starting it again`);
    this.#cancelRestart = this.#clock.after(this.#policy.delayAfter(livedMs), () => {
      this.#spawn(ros);
    });
  }
}
