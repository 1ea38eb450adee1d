import type { Problem } from '../../model/Problem.js';
import { type AppSettingsContent, appSettingsSchema, migrations, settingsVersion } from './AppSettingsContent.js';
import { type FieldFinding, takeByField } from './takeByField.js';

export interface ParsedAppSettings {
  readonly content: AppSettingsContent;
  /** Fields that fell back, or that are not known. */
  readonly findings: readonly FieldFinding[];
  /** What a person should know; the next step is for whoever kept the file's text. */
  readonly problems: readonly Problem[];
  /** The text is more, or other, than what was taken from it: to be kept before it is written over. */
  readonly losesText: boolean;
}

/** Longest list in one sentence. */
const findingsShownMax = 5;

/**
 * Reads the text of a settings file of any version up to ours. Never throws. A newer version and a text that is no JSON give the
 * defaults; a wrong or unknown field falls back alone.
 */
export function parseAppSettings(text: string): ParsedAppSettings {
  const read = readJson(text);
  if (typeof read !== 'object' || read === null || Array.isArray(read)) {
    return refused('broken-settings', 'The file of the settings could not be read: the defaults are in use.');
  }
  const { version: written = 1, ...rest } = read as Readonly<Record<string, unknown>>;
  if (typeof written !== 'number' || !Number.isInteger(written) || written < 1) {
    return refused('broken-settings', 'The file of the settings names no version: the defaults are in use.');
  }
  if (written > settingsVersion) {
    const message = `The settings were written by a newer Tether (version ${written} of their form, this one knows ${settingsVersion}): the defaults are in use.`;
    return refused('newer-settings', message);
  }
  let content = rest;
  for (let version = written; version < settingsVersion; version += 1)
    content = migrations[version]?.(content) ?? content;
  const findings: FieldFinding[] = [];
  const taken = takeByField(appSettingsSchema, content, findings);
  return { content: taken, findings, problems: problemsOf(findings), losesText: findings.length > 0 };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refused(code: string, message: string): ParsedAppSettings {
  return {
    content: appSettingsSchema.parse({}),
    findings: [],
    problems: [{ code, message, nextStep: '' }],
    losesText: true,
  };
}

function problemsOf(findings: readonly FieldFinding[]): readonly Problem[] {
  if (findings.length === 0) return [];
  const shown = findings.slice(0, findingsShownMax).map(({ place, words }) => `${place} (${words})`);
  const more = findings.length > shown.length ? ` and ${findings.length - shown.length} more` : '';
  const message = `Some settings could not be used and have their defaults: ${shown.join(', ')}${more}.`;
  return [{ code: 'bad-settings', message, nextStep: '' }];
}
