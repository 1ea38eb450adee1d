import type { CachedRecord } from '../seams/Cache.js';

export const exportFormats = ['mcap', 'jsonl', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Where an export's bytes go. */
export interface ByteSink {
  write(data: Uint8Array): Promise<void>;
}

/** Turns records into a file's bytes, holding no more than a part of them in memory. */
export interface ExportWriter {
  add(robot: string, cached: CachedRecord): Promise<void>;
  /** Writes what the format has at its end. */
  end(): Promise<void>;
}

/** The format that a file's name asks for, or null. */
export function exportFormatOf(file: string): ExportFormat | null {
  return exportFormats.find((format) => file.toLowerCase().endsWith(`.${format}`)) ?? null;
}
