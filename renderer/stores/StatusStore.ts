import type { EngineState } from '../../main/contract/bridge.js';
import type { RobotStatus, StatusFrame } from '../../main/contract/frames.js';

/** The latest status frame and the engine's own state. Immutable values; a few changes a second. */
export class StatusStore {
  private readonly listeners = new Set<() => void>();
  private frame: StatusFrame | null = null;
  private engine: EngineState | null = null;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  readonly getFrame = (): StatusFrame | null => this.frame;
  readonly getEngine = (): EngineState | null => this.engine;

  takeFrame(frame: StatusFrame): void {
    this.frame = frame;
    this.tell();
  }

  takeEngine(engine: EngineState): void {
    this.engine = engine;
    this.tell();
  }

  robot(name: string | null): RobotStatus | null {
    return this.frame?.robots.find((robot) => robot.name === name) ?? null;
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
