import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type HostRuntime, ownHostRuntime } from './HostRuntime.js';
import { realRos, until } from './realRos.test-support.js';

/**
 * A laptop and a robot as two network namespaces, with a cable between them that can be pulled and can lose packets. Needs
 * root and `ip`. In it ROS is not kept to this machine, and Fast DDS is kept from going around the cable by shared memory.
 */
export const onTheCable = {
  ROS_AUTOMATIC_DISCOVERY_RANGE: 'SUBNET',
  ROS_LOCALHOST_ONLY: '0',
  FASTDDS_BUILTIN_TRANSPORTS: 'UDPv4',
} as const;

type Side = 'laptop' | 'robot';

export class Cable {
  readonly #name = `tether-${process.pid}`;
  #wire: ChildProcess | null = null;
  readonly #events: string[] = [];

  /** Whether this process may make one. */
  static canBeMade(): boolean {
    if (process.getuid?.() !== 0) return false;
    const name = `tether-${process.pid}-try`;
    try {
      ip('netns', 'add', name);
      ip('netns', 'del', name);
      return true;
    } catch {
      return false;
    }
  }

  async lay(): Promise<void> {
    const middle = this.#namespace('middle');
    for (const namespace of [middle, this.#namespace('laptop'), this.#namespace('robot')]) {
      ip('netns', 'add', namespace);
      ip('-n', namespace, 'link', 'set', 'lo', 'up');
    }
    (['laptop', 'robot'] as const).forEach((side, index) => {
      const namespace = this.#namespace(side);
      ip('-n', namespace, 'link', 'add', 'cable0', 'type', 'veth', 'peer', 'name', side, 'netns', middle);
      ip('-n', namespace, 'addr', 'add', `10.77.0.${index + 1}/24`, 'dev', 'cable0');
      ip('-n', namespace, 'link', 'set', 'cable0', 'up', 'multicast', 'on');
      ip('-n', namespace, 'route', 'add', '224.0.0.0/4', 'dev', 'cable0');
      ip('-n', middle, 'link', 'set', side, 'up', 'promisc', 'on');
    });
    const script = path.resolve(import.meta.dirname, '../../e2e/peers/lossy_cable.py');
    const wire = spawn('ip', ['netns', 'exec', middle, realRos().python, script, 'laptop', 'robot'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    createInterface({ input: wire.stdout }).on('line', (line) => {
      this.#events.push((JSON.parse(line) as { event: string }).event);
    });
    this.#wire = wire;
    await this.#heard('ready');
  }

  /** A share of the datagrams, both ways. */
  async lose(share: number): Promise<void> {
    this.#wire?.stdin?.write(`loss ${share}\n`);
    await this.#heard('loss is set');
  }

  pull(): void {
    ip('-n', this.#namespace('robot'), 'link', 'set', 'cable0', 'down');
  }

  plug(): void {
    ip('-n', this.#namespace('robot'), 'link', 'set', 'cable0', 'up');
    ip('-n', this.#namespace('robot'), 'route', 'replace', '224.0.0.0/4', 'dev', 'cable0');
  }

  /** Before a program and its arguments, to run it on that side. */
  on(side: Side): readonly string[] {
    return ['ip', 'netns', 'exec', this.#namespace(side)];
  }

  /** How the laptop's robot hosts are run. */
  get runtime(): HostRuntime {
    const own = ownHostRuntime();
    const [execPath = '', ...args] = [...this.on('laptop'), own.execPath, ...own.args];
    return { ...own, execPath, args };
  }

  async remove(): Promise<void> {
    const wire = this.#wire;
    if (wire !== null && wire.exitCode === null) {
      const closed = once(wire, 'close');
      wire.stdin?.end();
      await closed;
    }
    for (const part of ['middle', 'laptop', 'robot'] as const) ip('netns', 'del', this.#namespace(part));
  }

  #namespace(part: Side | 'middle'): string {
    return `${this.#name}-${part}`;
  }

  async #heard(event: string): Promise<void> {
    await until(() => this.#events.includes(event) || this.#wire?.exitCode !== null);
    if (this.#events.splice(0).length === 0) throw new Error(`the cable did not say ${event}`);
  }
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
