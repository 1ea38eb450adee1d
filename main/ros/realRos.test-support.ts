import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { type Result, succeed } from '../model/Problem.js';
import { fastDdsProfile } from './environment/networkProfile.js';
import { rosChildEnvironment } from './rosChildEnvironment.js';
import { readRosEnvironment, type RosEnvironment } from './toolchain.js';

/** The real ROS 2 for tests: set-up's environment, the compiled host, and rclpy publishers. Nothing leaves this machine. */
const root = path.resolve(import.meta.dirname, '../..');

export const onThisMachineOnly = { ROS_AUTOMATIC_DISCOVERY_RANGE: 'LOCALHOST', ROS_LOCALHOST_ONLY: '1' } as const;

/**
 * The same for a host without shared memory, as a robot on another machine is reached: for hosts that are killed. In the wrong moment such
 * a host leaves a lock in shared memory taken: Fast DDS 2.14 lets publishers wait for it for good, or its successors at the same port hear
 * nothing (eProsima/Fast-DDS, issue 5469). A profile of our own keeps to the loopback interface, not a range of discovery: for
 * LOCALHOST, rmw_fastrtps puts transports of its own, shared memory among them, in place of those of FASTDDS_BUILTIN_TRANSPORTS.
 */
export function overLoopback(profileFile: string): Readonly<Record<string, string>> {
  writeFileSync(profileFile, fastDdsProfile(['127.0.0.1'], false));
  return {
    ROS_AUTOMATIC_DISCOVERY_RANGE: 'SUBNET',
    ROS_LOCALHOST_ONLY: '0',
    ROS_STATIC_PEERS: '127.0.0.1',
    FASTDDS_DEFAULT_PROFILES_FILE: profileFile,
    FASTRTPS_DEFAULT_PROFILES_FILE: profileFile,
  };
}

export function realRos(): RosEnvironment {
  const ros = readRosEnvironment(process.env['TETHER_TOOLCHAIN'] ?? path.join(root, '.cache/toolchain.json'), {});
  if (!ros.ok) throw new Error(`${ros.problem.message}: run npm run setup`);
  return ros.value;
}

/** As a source asks for it. */
export function foundRos(): Promise<Result<RosEnvironment>> {
  return Promise.resolve(succeed(realRos()));
}

export function compiledHostScript(): string {
  const script = path.join(root, 'build/main/ros/robotHost.js');
  if (!existsSync(script)) throw new Error('the robot host is not compiled: run npx tsc -b main');
  return script;
}

export const demoScript = path.join(root, 'assets/demo_robot/demo_robot.py');

/** A domain of this test file's own in this worker; below 102, where DDS's ports would meet the system's own. */
export function testDomain(first: number): number {
  return first + Number(process.env['VITEST_POOL_ID'] ?? '0');
}

/** Waits for what real processes do; the test's own time limit ends a wait that is in vain. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await delay(10);
}

export const here = { prefix: [], environment: onThisMachineOnly };

/** A running `e2e/peers/rosout_publisher.py`, or another of the peers there. */
export class Publisher {
  readonly #child: ChildProcess;
  readonly #events: Record<string, unknown>[] = [];
  #lastWords = '';

  constructor(
    domainId: number,
    args: readonly string[],
    place: { readonly prefix: readonly string[]; readonly environment: Readonly<Record<string, string>> } = here,
    peer = 'rosout_publisher.py',
  ) {
    const ros = realRos();
    const script = path.join(root, 'e2e/peers', peer);
    const [program = '', ...rest] = [...place.prefix, ros.python, script, '--exit-with-stdin', ...args];
    const child = spawn(program, rest, {
      env: rosChildEnvironment({ inherited: process.env, ros, domainId, robot: place.environment, runtime: {} }),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.on('error', () => undefined);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords += text;
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#events.push(JSON.parse(line) as Record<string, unknown>);
    });
    this.#child = child;
  }

  /** Waits for `ready`, `matched`, `started`, `paused`, `sent` or `done`. */
  async reached(event: string): Promise<void> {
    await until(() => this.#events.some((said) => said['event'] === event) || this.#child.exitCode !== null);
    if (!this.#events.some((said) => said['event'] === event)) throw new Error(`no ${event}: ${this.#lastWords}`);
  }

  /** After `paused`. */
  goOn(): void {
    this.#child.stdin?.write('\n');
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'close');
  }
}
