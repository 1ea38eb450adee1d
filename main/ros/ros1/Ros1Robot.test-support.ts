import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../freePort.test-support.js';
import { RobotPeer } from '../sourcePeers.test-support.js';
import { Ros1Master } from './Ros1Master.js';

/** Set-up installs ROS 1 from the distribution's packages: its Python is the system's. */
const systemPython = '/usr/bin/python3';

function ros1Environment(masterUri: string, home: string): NodeJS.ProcessEnv {
  // An empty PYTHONPATH: a sourced ROS 2 has another rosgraph_msgs.
  return {
    ...process.env,
    PYTHONPATH: '',
    ROS_MASTER_URI: masterUri,
    ROS_IP: '127.0.0.1',
    ROS_HOME: home,
    ROS_LOG_DIR: home,
  };
}

/** A running `roscore` (master and rosout node), or the master alone. */
export class Roscore {
  readonly #child: ChildProcess;
  readonly #home: string;

  private constructor(
    readonly port: number,
    withRosout: boolean,
  ) {
    const program = withRosout ? '/usr/bin/roscore' : '/usr/bin/rosmaster';
    if (!existsSync(program)) throw new Error('ROS 1 is not set up: run npm run setup -- --tests');
    this.#home = mkdtempSync(path.join(os.tmpdir(), 'tether-ros1-'));
    const args = withRosout ? ['-p', String(port)] : ['--core', '-p', String(port)];
    this.#child = spawn(program, args, { env: ros1Environment(this.uri, this.#home), stdio: 'ignore' });
  }

  /** Resolves when the master answers and, if it is to be there, the rosout node is registered. */
  static async start({ port, rosout = true }: { port?: number; rosout?: boolean } = {}): Promise<Roscore> {
    const core = new Roscore(port ?? (await freePort()), rosout);
    const master = new Ros1Master(core.uri, '/tether_test_look');
    for (let ready = false; !ready;) {
      if (core.#child.exitCode !== null) throw new Error(`roscore ended with ${core.#child.exitCode}`);
      if (!(await master.pid()).ok) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        continue;
      }
      const publishers = await master.register('/rosout_agg', 'http://127.0.0.1:1/');
      await master.unregister('/rosout_agg', 'http://127.0.0.1:1/');
      ready = !rosout || (publishers.ok && publishers.value.length > 0);
    }
    return core;
  }

  get uri(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  node(args: readonly string[] = []): Ros1Node {
    return new Ros1Node(ros1Environment(this.uri, this.#home), args);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      // SIGINT, so that roscore also ends the master and the rosout node that it started.
      this.#child.kill('SIGINT');
      await once(this.#child, 'close');
    }
    rmSync(this.#home, { recursive: true, force: true });
  }
}

/** A running `e2e/peers/ros1_robot.py`: a rospy node. `subscriber` is the name of the node that has to be connected first. */
export class Ros1Node {
  readonly #peer: RobotPeer;

  constructor(environment: NodeJS.ProcessEnv, args: readonly string[]) {
    this.#peer = new RobotPeer(systemPython, 'ros1_robot.py', args, environment);
  }

  async ready(): Promise<void> {
    await this.#peer.next('ready');
  }

  async log(subscriber: string, first: number, count: number, skip = 0): Promise<void> {
    this.#peer.order({ do: 'log', subscriber, first, count, skip });
    await this.#peer.next('logged');
  }

  async measure(subscriber: string, count: number): Promise<void> {
    this.#peer.order({ do: 'measure', subscriber, count });
    await this.#peer.next('measured');
  }

  /** One message of each level, by rospy's own logging. */
  async say(subscriber: string): Promise<void> {
    this.#peer.order({ do: 'say', subscriber });
    await this.#peer.next('said');
  }

  async stop(): Promise<void> {
    await this.#peer.stop();
  }
}
