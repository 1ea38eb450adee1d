import type { Problem } from '../model/Problem.js';
import type { SourceConfig } from '../model/RobotConfig.js';
import type { Clock } from '../seams/Clock.js';
import { portsHeldMs } from './discoveryPorts.js';
import {
  type FromHost,
  hostSilenceMsMax,
  hostStartMsMax,
  type HostTopic,
  portsPerHostMax,
  type ToHost,
} from './hostMessages.js';
import { HostProcess } from './HostProcess.js';
import type { HostRuntime } from './HostRuntime.js';
import { RestartPolicy } from './RestartPolicy.js';
import { rosChildEnvironment } from './rosChildEnvironment.js';
import { removeSharedSegments, sharedSegmentsOf } from './sharedSegments.js';
import type { RosEnvironment } from './toolchain.js';

export interface HostOptions {
  readonly robot: string;
  readonly config: Pick<SourceConfig, 'domainId' | 'environment'>;
  readonly runtime: HostRuntime;
  /** Path of the compiled `robotHost.js`. */
  readonly hostScript: string;
  readonly clock: Clock;
  readonly topics: readonly HostTopic[];
}

export interface KeeperEvents {
  /** A host was started, for the first time or again. */
  readonly started: () => void;
  readonly message: (message: FromHost) => void;
  /** Something came over the channel that no host sends. */
  readonly garbage: () => void;
  /** The host has ended; `again`: why, and when it is started again. Null when it is not. */
  readonly ended: (again: Problem | null) => void;
}

/**
 * Keeps one robot host alive: starts it, watches that it says something, and starts it again when it has ended, after a pause that
 * grows. What a host that was killed leaves on this laptop is kept out of its successor's way, or removed.
 */
export class HostKeeper {
  readonly #options: HostOptions;
  readonly #events: KeeperEvents;
  #policy = new RestartPolicy();
  #host: HostProcess | null = null;
  #startedAtMs = 0;
  #cancelRestart: () => void = () => undefined;
  #cancelWatch: () => void = () => undefined;
  #isWanted = false;
  /** Why the host is about to end, when that is known before it does. */
  #endProblem: Problem | null = null;
  /** Discovery ports of the host that runs. */
  #hostPorts: readonly number[] = [];
  /** Shared memory of the host that runs. */
  #hostSegments: readonly string[] = [];
  /** Ports of hosts that ended without a goodbye, and until when they are to be avoided. */
  #deadPorts: readonly { readonly port: number; readonly untilMs: number }[] = [];

  constructor(options: HostOptions, events: KeeperEvents) {
    this.#options = options;
    this.#events = events;
  }

  get pid(): number | null {
    return this.#host?.pid ?? null;
  }

  get isThere(): boolean {
    return this.#host !== null;
  }

  /** Starts the first host of a run. The environment is that of the whole run. */
  start(ros: RosEnvironment): void {
    this.#policy = new RestartPolicy();
    this.#isWanted = true;
    this.#startHost(ros);
  }

  send(message: ToHost): void {
    this.#host?.send(message);
  }

  /** Resolves when the host is gone; what it still hands on meanwhile is given out. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    this.#cancelRestart();
    this.#cancelWatch();
    await this.#host?.stop();
    this.#host = null;
  }

  #startHost(ros: RosEnvironment): void {
    const { robot, config, runtime, hostScript, clock, topics } = this.#options;
    const host = new HostProcess(
      {
        runtime,
        hostScript,
        clock,
        environment: rosChildEnvironment({
          inherited: process.env,
          ros,
          domainId: config.domainId,
          robot: config.environment,
          runtime: runtime.environment,
        }),
      },
      {
        message: (message) => {
          if (host === this.#host) this.#take(host, message);
        },
        garbage: () => {
          this.#events.garbage();
        },
        ended: (reason) => {
          if (host === this.#host) this.#hostEnded(ros, reason);
        },
      },
    );
    this.#host = host;
    this.#startedAtMs = clock.monotonicMs();
    this.#watch(hostStartMsMax);
    const binaries = ros.rclnodejsBinaries;
    const nativeFile = binaries && ('ELECTRON_RUN_AS_NODE' in runtime.environment ? binaries.electron : binaries.node);
    host.send({
      type: 'start',
      robot,
      topics: [...topics],
      nativeFile,
      domainId: config.domainId,
      portsToAvoid: this.#portsToAvoid(),
    });
    this.#events.started();
  }

  #take(host: HostProcess, message: FromHost): void {
    if (this.#isWanted) this.#watch(message.type === 'started' ? hostStartMsMax : hostSilenceMsMax);
    if (message.type === 'started') {
      this.#hostPorts = message.udpPorts;
      this.#hostSegments = sharedSegmentsOf(host.pid ?? 0);
    } else if (message.type === 'stopped') {
      // It said goodbye to its robot: its ports are free, its memory is given back.
      this.#hostPorts = [];
      this.#hostSegments = [];
    } else if (message.type === 'failed') {
      if (message.retry) this.#endProblem = message.problem;
      else this.#isWanted = false;
    }
    this.#events.message(message);
  }

  #hostEnded(ros: RosEnvironment, how: string): void {
    this.#host = null;
    this.#cancelWatch();
    this.#avoidPortsOfDeadHost();
    removeSharedSegments(this.#hostSegments);
    this.#hostSegments = [];
    if (!this.#isWanted) {
      this.#events.ended(null);
      return;
    }
    const problem = this.#endProblem ?? hostEndedProblem(how);
    this.#endProblem = null;
    const delayMs = this.#policy.delayAfter(this.#options.clock.monotonicMs() - this.#startedAtMs);
    const again = delayMs === 0 ? 'starting it again' : `starting it again in ${delayMs / 1000} s`;
    this.#events.ended({ ...problem, message: `${problem.message}; ${again}` });
    this.#cancelRestart = this.#options.clock.after(delayMs, () => {
      this.#startHost(ros);
    });
  }

  #avoidPortsOfDeadHost(): void {
    const untilMs = this.#options.clock.monotonicMs() + portsHeldMs;
    this.#deadPorts = [...this.#hostPorts.map((port) => ({ port, untilMs })), ...this.#deadPorts];
    this.#hostPorts = [];
  }

  #portsToAvoid(): number[] {
    const nowMs = this.#options.clock.monotonicMs();
    this.#deadPorts = this.#deadPorts.filter(({ untilMs }) => untilMs > nowMs).slice(0, portsPerHostMax);
    return this.#deadPorts.map(({ port }) => port);
  }

  /** The host must say something within `silenceMs`. */
  #watch(silenceMs: number): void {
    this.#cancelWatch();
    this.#cancelWatch = this.#options.clock.after(silenceMs, () => {
      this.#endProblem = hostEndedProblem(`because it said nothing for ${silenceMs / 1000} s`);
      this.#host?.kill();
    });
  }
}

function hostEndedProblem(how: string): Problem {
  const crash = /^by (SIGABRT|SIGSEGV|SIGBUS|SIGILL|SIGFPE)/.exec(how)?.[1];
  if (crash === undefined) return { code: 'host-ended', message: `the robot host ended ${how}`, nextStep: '' };
  return {
    code: 'host-crashed',
    message: `the robot host crashed in its ROS libraries (${crash})${how.slice('by '.length + crash.length)}`,
    nextStep:
      'If it goes on, try another rmw_implementation in the robot file; `tether doctor` names the one that is loaded.',
  };
}
