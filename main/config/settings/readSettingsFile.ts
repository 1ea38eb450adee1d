import { constants, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Problem } from '../../model/Problem.js';
import { type AppSettingsContent, appSettingsSchema } from './AppSettingsContent.js';
import { parseAppSettings } from './parseAppSettings.js';

/** Of the file that is written, and of the one that Tether wrote before the settings had a version. */
export const settingsFileName = 'app.json';
const firstFileName = 'window.json';
const asideFolder = 'aside';
/** Copies that are kept, the newest. */
const asideMax = 20;
const fileBytesMax = 64_000_000;

export interface SettingsFromDisk {
  readonly content: AppSettingsContent;
  readonly problems: readonly Problem[];
  /** False: the file holds what is not in `content` and could not be copied aside, so it must stay as it is. */
  readonly mayWrite: boolean;
}

/**
 * Reads the settings of a folder. A text that would lose something when it is written over is copied to `aside/` first, and told
 * where. Never throws: settings keep neither the window nor a recording from starting. Synchronous, since a window waits for it.
 */
export function readSettingsFile(folder: string, nowMs: number): SettingsFromDisk {
  const found = [settingsFileName, firstFileName]
    .map((name) => ({ name, read: readBounded(path.join(folder, name)) }))
    .find(({ read }) => read !== null);
  if (found === undefined || found.read === null) return { content: defaults(), problems: [], mayWrite: true };
  const { name, read } = found;
  if (!read.ok) return { content: defaults(), problems: [read.problem], mayWrite: false };
  const { content, problems, losesText } = parseAppSettings(read.text);
  if (!losesText) return { content, problems, mayWrite: true };
  const kept = keepAside(folder, name, nowMs);
  const nextStep =
    kept === null
      ? `Nothing is written to ${path.join(folder, name)} until it can be copied to ${asideFolder}/: check the folder and its disk.`
      : `The file as it was is kept: ${kept}`;
  return { content, problems: problems.map((problem) => ({ ...problem, nextStep })), mayWrite: kept !== null };
}

function defaults(): AppSettingsContent {
  return appSettingsSchema.parse({});
}

type Read = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: Problem };

/** Null when it is not there. */
function readBounded(file: string): Read | null {
  try {
    const facts = statSync(file, { throwIfNoEntry: false });
    if (facts === undefined) return null;
    if (!facts.isFile() || facts.size > fileBytesMax) throw new Error('it is no file of settings');
    return { ok: true, text: readFileSync(file, 'utf8') };
  } catch (error) {
    const message = `The settings could not be read: the defaults are in use (${error instanceof Error ? error.message : String(error)}).`;
    return { ok: false, problem: { code: 'unreadable-settings', message, nextStep: `Check ${file}.` } };
  }
}

/** Where the copy is; null when it could not be made. */
function keepAside(folder: string, name: string, nowMs: number): string | null {
  const aside = path.join(folder, asideFolder);
  const time = new Date(nowMs).toISOString().replaceAll(':', '-');
  const copy = path.join(aside, `${path.basename(name, '.json')}-${time}.json`);
  try {
    mkdirSync(aside, { recursive: true });
    copyFileSync(path.join(folder, name), copy, constants.COPYFILE_EXCL);
    for (const old of readdirSync(aside).sort().slice(0, -asideMax)) rmSync(path.join(aside, old), { force: true });
    return copy;
  } catch {
    return null;
  }
}
