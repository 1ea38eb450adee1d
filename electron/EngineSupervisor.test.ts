import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineState } from '../main/contract/bridge.js';
import { noLaptopLimits } from '../main/model/LaptopLimits.js';
import { patient } from '../main/model/patient.test-support.js';
import type { Clock } from '../main/seams/Clock.js';
import type { EngineProcessOptions, ToEngine } from './engineMessages.js';
import { EngineSupervisor, restartsInRowMax, type EngineChild } from './EngineSupervisor.js';

/** A process that speaks as the engine's does; what it does on `open` and `close` is given as code. */
function engineScript(onOpen: string, onClose: string): string {
  return `process.on('message', ({ message }) => {
    if (message.type === 'open') { ${onOpen} }
    if (message.type === 'page') process.send({ type: 'page-seen' });
    if (message.type === 'close') { ${onClose} }
  });`;
}

/** Waits of the supervisor pass when the test says so. */
class HandClock implements Clock {
  timeMs = 0;
  #waiting: { readonly atMs: number; readonly callback: () => void }[] = [];

  nowNs(): bigint {
    return BigInt(this.timeMs) * 1_000_000n;
  }

  monotonicMs(): number {
    return this.timeMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const entry = { atMs: this.timeMs + delayMs, callback };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== entry);
    };
  }

  get waits(): readonly number[] {
    return this.#waiting.map((entry) => entry.atMs - this.timeMs);
  }

  pass(ms: number): void {
    this.timeMs += ms;
    const due = this.#waiting.filter((entry) => entry.atMs <= this.timeMs);
    this.#waiting = this.#waiting.filter((entry) => entry.atMs > this.timeMs);
    for (const entry of due) entry.callback();
  }
}

const options: EngineProcessOptions = {
  home: '/nowhere',
  owner: 'a test',
  appRoot: '/nowhere',
  toolchainFile: null,
  localCloudEndpoint: null,
  startDemoIfEmpty: false,
  limits: noLaptopLimits,
  runtime: { execPath: process.execPath, args: [], environment: {} },
};

let folder: string;
let clock: HandClock;
let children: ChildProcess[];
let states: EngineState[];
let heard: unknown[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tether-supervisor-'));
  clock = new HandClock();
  children = [];
  states = [];
  heard = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

async function supervise(onOpen: string, onClose: string): Promise<EngineSupervisor<string>> {
  const script = path.join(folder, 'engine.cjs');
  await writeFile(script, engineScript(onOpen, onClose));
  const launch = (): EngineChild<string> => {
    const child = fork(script);
    children.push(child);
    child.on('message', (message) => heard.push(message));
    return {
      send: (message: ToEngine, ports) => {
        child.send({ message, ports });
      },
      onMessage: (listener) => child.on('message', listener),
      onExit: (listener) =>
        child.on('exit', (code, signal) => {
          listener(signal === null ? (code ?? -1) : -1);
        }),
      kill: () => child.kill('SIGKILL'),
    };
  };
  const supervisor = new EngineSupervisor<string>({ launch, options, clock, log: () => undefined });
  supervisor.onState((state) => states.push(state));
  return supervisor;
}

const becomeReady = `process.send({ type: 'ready' });`;
const leave = 'process.exit(0);';

async function until(condition: () => boolean): Promise<void> {
  await vi.waitFor(() => {
    expect(condition()).toBe(true);
  }, patient);
}

describe('the supervised engine', () => {
  it('gets pages only once it is ready, and ends when it is closed', async () => {
    const supervisor = await supervise(becomeReady, leave);
    supervisor.start();
    supervisor.start();
    expect(children).toHaveLength(1);
    expect(supervisor.attachPage('early')).toBe(false);
    await until(() => supervisor.state.state === 'running');
    expect(supervisor.attachPage('page')).toBe(true);
    await until(() => heard.some((message) => JSON.stringify(message) === '{"type":"page-seen"}'));
    await supervisor.close();
    expect(children[0]?.exitCode).toBe(0);
    expect(clock.waits).toEqual([]);
    supervisor.start();
    expect(children).toHaveLength(1);
  });

  it('is started again after it was killed, and says so', async () => {
    const supervisor = await supervise(becomeReady, leave);
    supervisor.start();
    await until(() => supervisor.state.state === 'running');
    children[0]?.kill('SIGKILL');
    await until(() => supervisor.state.state === 'restarting');
    expect(supervisor.attachPage('page')).toBe(false);
    expect(supervisor.state.words).toContain('being started again');
    clock.pass(clock.waits[0] ?? 0);
    await until(() => supervisor.state.state === 'running');
    expect(children).toHaveLength(2);
    await supervisor.close();
  });

  it('is started at growing intervals, gives up in the end, and tries anew when a person asks', async () => {
    const supervisor = await supervise('process.exit(7);', leave);
    supervisor.start();
    const waits: number[] = [];
    for (let death = 1; death <= restartsInRowMax; death += 1) {
      await until(() => clock.waits.length === 1);
      waits.push(clock.waits[0] ?? 0);
      clock.pass(clock.waits[0] ?? 0);
    }
    await until(() => supervisor.state.state === 'failed');
    expect(waits).toEqual([200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
    expect(supervisor.state.words).toContain('(7)');
    expect(clock.waits).toEqual([]);
    supervisor.start();
    await until(() => supervisor.state.state === 'restarting');
    expect(children).toHaveLength(restartsInRowMax + 2);
    await supervisor.close();
  });

  it('starts its row of deaths anew after a healthy life', async () => {
    const supervisor = await supervise(becomeReady, leave);
    supervisor.start();
    for (let life = 1; life <= 3; life += 1) {
      await until(() => supervisor.state.state === 'running');
      clock.pass(60_000);
      children.at(-1)?.kill('SIGKILL');
      await until(() => clock.waits.length === 1);
      expect(clock.waits).toEqual([200]);
      clock.pass(200);
    }
    await supervisor.close();
  });

  it('tells in words why it could not be opened', async () => {
    const problem = { code: 'home', message: 'The data folder cannot be written', nextStep: 'Free some space' };
    const supervisor = await supervise(
      `process.send(${JSON.stringify({ type: 'failed', problem })}, () => process.exit(1));`,
      leave,
    );
    supervisor.start();
    await until(() =>
      states.some((state) => state.words.includes('The data folder cannot be written. Free some space.')),
    );
    await supervisor.close();
  });

  it('is killed when it does not close in time', async () => {
    const supervisor = await supervise(becomeReady, 'setInterval(() => {}, 1000);');
    supervisor.start();
    await until(() => supervisor.state.state === 'running');
    const closed = supervisor.close();
    clock.pass(5_000);
    await closed;
    expect(children[0]?.signalCode).toBe('SIGKILL');
  });

  it('is not harmed by a message that is none', async () => {
    const supervisor = await supervise(`process.send({ type: 'nonsense' }); ${becomeReady}`, leave);
    supervisor.start();
    await until(() => supervisor.state.state === 'running');
    await supervisor.close();
  });
});
