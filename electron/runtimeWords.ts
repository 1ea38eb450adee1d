import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The part of set-up's file that tells where this Electron came from. */
const toolchainSchema = z.object({ electron: z.object({ source: z.string() }).nullable() });

/** For the page: `Electron 33.2.1 (pinned)`, or without the source when no set-up wrote one. */
export function runtimeWords(electronVersion: string, toolchainFile: string | null): string {
  const source = toolchainFile === null ? null : electronSource(toolchainFile);
  return source === null ? `Electron ${electronVersion}` : `Electron ${electronVersion} (${source})`;
}

function electronSource(toolchainFile: string): string | null {
  try {
    const parsed = toolchainSchema.safeParse(JSON.parse(readFileSync(toolchainFile, 'utf8')));
    return parsed.success ? (parsed.data.electron?.source ?? null) : null;
  } catch {
    return null;
  }
}
