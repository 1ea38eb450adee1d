import type { EngineMessage } from '../contract/port.js';

/** A page's end of a MessagePort, as the engine needs it; Electron's port fits behind it, and so does Node's. */
export interface PagePort {
  postMessage(message: EngineMessage): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
  start(): void;
}
