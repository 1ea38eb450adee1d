import { z } from 'zod';

/**
 * The little that the page asks of the window's own process, through the preload: everything else goes over the port.
 * The preload exposes it as `window.tether`, and hands the engine's MessagePort over as a window message
 * `{ type: 'tether:port' }` with the port transferred; a new port comes the same way after the engine was started again.
 */
export const savedFiltersMax = 50;
export const savedFilterNameMax = 60;
const savedFilterExpressionMax = 4000;

export const themes = ['dark', 'light', 'contrast', 'sunlight'] as const;
export type Theme = (typeof themes)[number];

/** A filter of the log list that was given a name: its terms as they are typed, and the severities shown. */
const savedFilterSchema = z.object({
  name: z.string().max(savedFilterNameMax),
  expression: z.string().max(savedFilterExpressionMax),
  severityMask: z.number().int().min(0).max(0b11111),
});
export type SavedFilter = z.infer<typeof savedFilterSchema>;

/** Remembered between starts. */
export const settingsSchema = z.object({
  theme: z.enum(themes).default('dark'),
  robot: z.string().nullable().default(null),
  desk: z.enum(['logs', 'metrics', 'cache', 'config']).default('logs'),
  savedFilters: z.array(savedFilterSchema).max(savedFiltersMax).default([]),
});
export type Settings = z.infer<typeof settingsSchema>;

export interface AppFacts {
  readonly version: string;
  /** For instance `Electron 33.2.1 (pinned)`. */
  readonly runtime: string;
  readonly platform: string;
  readonly settings: Settings;
  /** The nonce of this start's content security policy, for styles that libraries make. */
  readonly styleNonce: string;
}

export interface EngineState {
  readonly state: 'running' | 'restarting' | 'failed';
  readonly words: string;
}

/** `window.tether` */
export interface Bridge {
  facts(): Promise<AppFacts>;
  saveSettings(settings: Settings): Promise<void>;
  copyText(text: string): Promise<void>;
  /** Tells main that the page's stores are ready for the port; main answers with the window message. */
  requestPort(): void;
  onEngineState(listener: (state: EngineState) => void): () => void;
}
