import type { EngineState } from '../main/contract/bridge.js';
import type { LaptopLimits } from '../main/model/LaptopLimits.js';
import type { Problem } from '../main/model/Problem.js';
import { unreachable } from '../main/model/unreachable.js';
import type { Clock } from '../main/seams/Clock.js';
import { fromEngineSchema, type EngineProcessOptions, type ToEngine } from './engineMessages.js';

/** First wait before an engine that died is started again; doubled each time up to the longest. */
export const restartDelayMsMin = 200;
export const restartDelayMsMax = 5_000;
/** After so many deaths in a row the supervisor gives up until a person asks again (by reloading the page). */
export const restartsInRowMax = 8;
/** An engine that lived so long counts as healthy: the row of deaths starts anew. */
export const healthyAfterMs = 30_000;
/** An engine that was told to close is killed after this. */
export const closeTimeMsMax = 5_000;

/** The engine's process, as far as it is supervised. `Port` is a MessagePort of Electron's main process. */
export interface EngineChild<Port> {
  send(message: ToEngine, ports: readonly Port[]): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, when the process is gone. */
  onExit(listener: (code: number) => void): void;
  /** At once and for good (SIGKILL), by process id. */
  kill(): void;
}

export interface EngineSupervisorParts<Port> {
  readonly launch: () => EngineChild<Port>;
  readonly options: EngineProcessOptions;
  readonly log: (line: string) => void;
  readonly clock: Clock;
}

/**
 * Keeps one engine alive. Invariants: at most one process at any time; a page's port goes only to an engine that said it is
 * ready; a death is answered by a restart after a growing, bounded wait, and told to the page; after `close` nothing is
 * started any more.
 */
export class EngineSupervisor<Port> {
  readonly #parts: EngineSupervisorParts<Port>;
  readonly #listeners = new Set<(state: EngineState) => void>();
  #state: EngineState = { state: 'restarting', words: 'The engine is starting' };
  #child: EngineChild<Port> | null = null;
  #ready = false;
  #startedMs = 0;
  #deathsInRow = 0;
  #limits: LaptopLimits;
  #problem: Problem | null = null;
  #cancelRestart: (() => void) | null = null;
  #closing: Promise<void> | null = null;
  #onGone: (() => void) | null = null;

  constructor(parts: EngineSupervisorParts<Port>) {
    this.#parts = parts;
    this.#limits = parts.options.limits;
  }

  get state(): EngineState {
    return this.#state;
  }

  /** Calls back on every change; `running` comes once for each engine that became ready, so each time new ports are due. */
  onState(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Starts the engine when none runs; also ends the pause after too many deaths. */
  start(): void {
    if (this.#closing !== null || this.#child !== null) return;
    if (this.#state.state === 'failed') this.#deathsInRow = 0;
    this.#cancelRestart?.();
    this.#launch();
  }

  /** Hands a page's port to the engine. False when none is ready: the page gets one when the state says `running`. */
  attachPage(port: Port): boolean {
    if (!this.#ready || this.#child === null) return false;
    this.#child.send({ type: 'page' }, [port]);
    return true;
  }

  /** For the engine that runs, and those that come after it. */
  setLimits(limits: LaptopLimits): void {
    const { cachesBytesMax, diskFreeBytesMin } = this.#limits;
    if (cachesBytesMax === limits.cachesBytesMax && diskFreeBytesMin === limits.diskFreeBytesMin) return;
    this.#limits = limits;
    this.#child?.send({ type: 'limits', limits }, []);
  }

  /** The engine writes what waits and ends; one that does not within `closeTimeMsMax` is killed. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#cancelRestart?.();
    const child = this.#child;
    if (child === null) return;
    const gone = new Promise<void>((resolve) => {
      this.#onGone = resolve;
    });
    const cancelKill = this.#parts.clock.after(closeTimeMsMax, () => {
      this.#parts.log(`the engine did not close within ${closeTimeMsMax} ms and is killed`);
      child.kill();
    });
    child.send({ type: 'close' }, []);
    await gone;
    cancelKill();
  }

  #launch(): void {
    this.#cancelRestart = null;
    this.#startedMs = this.#parts.clock.monotonicMs();
    this.#problem = null;
    const child = this.#parts.launch();
    this.#child = child;
    child.onMessage((message) => {
      this.#receive(message);
    });
    child.onExit((code) => {
      this.#mourn(code);
    });
    child.send({ type: 'open', options: { ...this.#parts.options, limits: this.#limits } }, []);
  }

  #receive(message: unknown): void {
    const parsed = fromEngineSchema.safeParse(message);
    if (!parsed.success) {
      this.#parts.log('the engine sent something that is not a message; ignored');
      return;
    }
    switch (parsed.data.type) {
      case 'ready':
        this.#ready = true;
        this.#tell({ state: 'running', words: 'The engine runs' });
        break;
      case 'failed':
        this.#problem = parsed.data.problem;
        this.#parts.log(`the engine could not be opened: ${this.#problem.message}`);
        break;
      default:
        unreachable(parsed.data);
    }
  }

  #mourn(code: number): void {
    this.#child = null;
    this.#ready = false;
    if (this.#closing !== null) {
      this.#parts.log(`the engine has closed (${code})`);
      this.#onGone?.();
      return;
    }
    if (this.#parts.clock.monotonicMs() - this.#startedMs >= healthyAfterMs) this.#deathsInRow = 0;
    this.#deathsInRow += 1;
    const why = this.#problem === null ? `The engine stopped (${code}).` : sentence(this.#problem);
    if (this.#deathsInRow > restartsInRowMax) {
      this.#parts.log(`${why} Not started again after ${this.#deathsInRow} times in a row`);
      this.#tell({ state: 'failed', words: `${why} Everything cached is safe on disk. Press Ctrl R to try again.` });
      return;
    }
    const delayMs = Math.min(restartDelayMsMax, restartDelayMsMin * 2 ** (this.#deathsInRow - 1));
    this.#parts.log(`${why} Starting it again in ${delayMs} ms`);
    this.#tell({ state: 'restarting', words: `${why} It is being started again.` });
    this.#cancelRestart = this.#parts.clock.after(delayMs, () => {
      this.#launch();
    });
  }

  #tell(state: EngineState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

function sentence(problem: Problem): string {
  return [problem.message, problem.nextStep]
    .filter((part) => part !== '')
    .map((part) => (/[.!?]$/.test(part) ? part : `${part}.`))
    .join(' ');
}
