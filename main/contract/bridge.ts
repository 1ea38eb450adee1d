import { z } from 'zod';
import { cachesBytesMaxMin } from '../model/LaptopLimits.js';
import { isRobotName } from '../model/RobotName.js';
import type { Problem } from '../model/Problem.js';
import { listPrices } from '../model/cloudPrices.js';

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
/** How a series is looked at: as it is, its increase a second (counters), its change a second, or the mean of its last samples. */
export const seriesShapes = ['value', 'rate', 'change', 'smooth'] as const;
export type SeriesShape = (typeof seriesShapes)[number];

/** What a person chose for one series of a robot. Thresholds are in the unit that the series has; null is none. */
export const seriesChoiceSchema = z.object({
  pinned: z.boolean().default(false),
  shape: z.enum(seriesShapes).default('value'),
  above: z.number().nullable().default(null),
  below: z.number().nullable().default(null),
});
export type SeriesChoice = z.infer<typeof seriesChoiceSchema>;

export const metricViews = ['charts', 'sparklines', 'table'] as const;
export type MetricView = (typeof metricViews)[number];

/** Of a series' key: its name, unit and dimensions. */
export const seriesKeyLengthMax = 40_000;

/** Of the metric desk; `robots` holds the choices by robot and by the series' key. */
export const metricChoicesSchema = z.object({
  view: z.enum(metricViews).default('charts'),
  windowS: z.number().min(1).max(86_400).default(300),
  /** Name of the dimension that charts are grouped by; empty for the metric's own name. */
  groupBy: z.string().max(255).default(''),
  alarmSound: z.boolean().default(true),
  robots: z.record(z.string(), z.record(z.string().max(seriesKeyLengthMax), seriesChoiceSchema)).default({}),
});
export type MetricChoices = z.infer<typeof metricChoicesSchema>;

const bytes = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** LaptopLimits, as the settings hold them. */
export const laptopLimitsSchema = z.object({
  cachesBytesMax: bytes.min(cachesBytesMaxMin).nullable().default(null),
  diskFreeBytesMin: bytes.nullable().default(null),
});

export const recentRobotsMax = 10;
/** USD; see model/cloudPrices.ts. */
const price = z.number().min(0).max(1000);
const pricesSchema = z.object({ logsUsdPerGb: price, metricUsdAMonth: price, requestsUsdPerThousand: price });

/** Remembered between starts. */
export const settingsSchema = z.object({
  theme: z.enum(themes).default('dark'),
  robot: z.string().nullable().default(null),
  /** Those that were looked at, the last one first. Some may be gone. */
  recentRobots: z.array(z.string().refine(isRobotName)).max(recentRobotsMax).default([]),
  limits: laptopLimitsSchema.default(() => laptopLimitsSchema.parse({})),
  desk: z.enum(['logs', 'metrics', 'cache', 'config']).default('logs'),
  /** Lines of the lists stand closer together. */
  denseLines: z.boolean().default(false),
  savedFilters: z.array(savedFilterSchema).max(savedFiltersMax).default([]),
  prices: pricesSchema.default(() => ({ ...listPrices })),
  metrics: metricChoicesSchema.default(() => metricChoicesSchema.parse({})),
});
export type Settings = z.infer<typeof settingsSchema>;

/** What the system's dialogs for places on disk are opened for; each remembers where it ended. */
export const folderUses = ['export', 'import', 'replay'] as const;
export type FolderUse = (typeof folderUses)[number];

export interface AppFacts {
  readonly version: string;
  /** For instance `Electron 33.2.1 (pinned)`. */
  readonly runtime: string;
  readonly platform: string;
  readonly settings: Settings;
  /** What of the settings' file could not be taken over at this start. */
  readonly settingsProblems: readonly Problem[];
  /** The nonce of this start's content security policy, for styles that libraries make. */
  readonly styleNonce: string;
}

export interface EngineState {
  readonly state: 'running' | 'restarting' | 'failed';
  readonly words: string;
}

/** A system's dialog chooses either files or folders. */
export const recordingKinds = ['file', 'folder'] as const;
export type RecordingKind = (typeof recordingKinds)[number];

/** `window.tether` */
export interface Bridge {
  facts(): Promise<AppFacts>;
  saveSettings(settings: Settings): Promise<void>;
  copyText(text: string): Promise<void>;
  /** Asks a person where to, with this name proposed, and writes it; the file's path, or null when it was not wanted after all. */
  saveFile(name: string, data: Uint8Array<ArrayBuffer>): Promise<string | null>;
  /** Asks a person where to, with this name proposed, and writes nothing; the dialog asks before a file is replaced. Null: not wanted. */
  chooseSaveFile(name: string): Promise<string | null>;
  /** Asks a person for a folder to import. Null: not wanted. */
  chooseFolder(): Promise<string | null>;
  /** Asks a person for a recording to replay: one file, or a folder. Null: not wanted. */
  chooseRecording(kind: RecordingKind): Promise<string | null>;
  /** Opens an address of the CloudWatch console in the person's browser; rejects for any other address. */
  openConsole(url: string): Promise<void>;
  /** A notification of the desktop, where there is one. */
  notifyDesktop(title: string, body: string): Promise<void>;
  /** Tells main that the page's stores are ready for the port; main answers with the window message. */
  requestPort(): void;
  onEngineState(listener: (state: EngineState) => void): () => void;
}
