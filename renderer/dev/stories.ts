import type { EngineState } from '../../main/contract/bridge.js';

/** A state of the world to look at; chosen by `?state=` (README.md). */
export interface Story {
  readonly robots: boolean;
  readonly engine: EngineState | null;
  readonly connected: boolean;
  readonly link: 'online' | 'offline' | 'blocked';
  /** Lines in the window at the start, and lines a second from then on. */
  readonly history: number;
  readonly linesPerS: number;
  readonly pendingAtStart: number;
  readonly full: boolean;
  /** What the laptop's disk does. */
  readonly disk: 'well' | 'slow' | 'low';
  readonly configError: boolean;
  /** The link costs, as a person said. */
  readonly metered: boolean;
  /** A flush is under way. */
  readonly flushing: boolean;
  /** Records whose answer was lost. */
  readonly unresolved: number;
}

const live: Story = {
  robots: true,
  engine: null,
  connected: true,
  link: 'online',
  history: 13_800,
  linesPerS: 14,
  pendingAtStart: 318,
  full: false,
  disk: 'well',
  configError: false,
  metered: false,
  flushing: false,
  unresolved: 0,
};

const stories: Readonly<Record<string, Story>> = {
  live,
  empty: { ...live, robots: false },
  offline: { ...live, link: 'offline', pendingAtStart: 48_211 },
  full: { ...live, link: 'offline', pendingAtStart: 1_912_402, full: true },
  slow: { ...live, disk: 'slow' },
  low: { ...live, link: 'offline', pendingAtStart: 48_211, disk: 'low' },
  blocked: { ...live, link: 'blocked', pendingAtStart: 9120 },
  error: {
    ...live,
    engine: { state: 'restarting', words: 'The engine stopped and is being started again. What is on disk is safe.' },
  },
  many: { ...live, history: 100_000, linesPerS: 2000 },
  disconnected: { ...live, connected: false, linesPerS: 0 },
  metered: { ...live, pendingAtStart: 48_211, metered: true },
  flushing: { ...live, pendingAtStart: 35_932, flushing: true },
  unresolved: { ...live, pendingAtStart: 9120, unresolved: 412 },
  million: { ...live, link: 'offline', history: 100_000, pendingAtStart: 1_000_000 },
  config: { ...live, configError: true },
  quiet: { ...live, history: 0, linesPerS: 0, pendingAtStart: 0 },
};

export function storyOf(name: string | null): Story {
  return stories[name ?? 'live'] ?? live;
}
