import path from 'node:path';
import ElectronStore from 'electron-store';
import { settingsFolder } from '../main/config/home.js';
import type { AppSettingsContent, RememberedWindow } from '../main/config/settings/AppSettingsContent.js';
import { settingsVersion } from '../main/config/settings/AppSettingsContent.js';
import { readSettingsFile, settingsFileName } from '../main/config/settings/readSettingsFile.js';
import type { FolderUse, Settings } from '../main/contract/bridge.js';
import type { Problem } from '../main/model/Problem.js';

/**
 * What is remembered between starts, in `<home>/settings/app.json`, written whole and in one step by electron-store. Read once, at
 * the start, with what was wrong with it in `problems`; what would be lost is copied aside before it is written over.
 */
export class AppSettings {
  readonly problems: readonly Problem[];
  readonly #store: ElectronStore | null;
  #content: AppSettingsContent;

  constructor(
    home: string,
    private readonly log: (line: string) => void,
  ) {
    const folder = settingsFolder(home);
    const { content, problems, mayWrite } = readSettingsFile(folder, Date.now());
    this.#content = content;
    this.problems = problems;
    for (const { message, nextStep } of problems) log(`[settings] ${message} ${nextStep}`);
    // What it would read it was spared: a text that cannot be used was copied aside, and is written over.
    const name = path.basename(settingsFileName, '.json');
    this.#store = mayWrite ? new ElectronStore({ cwd: folder, name, clearInvalidConfig: true }) : null;
    // What was migrated, and what fell back, is told once and not at each start.
    if (problems.length > 0) this.#write();
  }

  get settings(): Settings {
    return this.#content.settings;
  }

  saveSettings(settings: Settings): void {
    this.#content = { ...this.#content, settings };
    this.#write();
  }

  get window(): RememberedWindow | null {
    return this.#content.window;
  }

  saveWindow(window: RememberedWindow): void {
    this.#content = { ...this.#content, window };
    this.#write();
  }

  /** A disk that refuses keeps nobody from going on: the settings hold until the end. */
  #write(): void {
    if (this.#store === null) return;
    try {
      this.#store.store = { version: settingsVersion, ...this.#content };
    } catch (error) {
      this.log(`[settings] could not be written: ${String(error)}`);
    }
  }

  /** Where the last dialog of this use ended; null before the first. */
  folder(use: FolderUse): string | null {
    return this.#content.folders[use] ?? null;
  }

  saveFolder(use: FolderUse, folder: string): void {
    this.#content = { ...this.#content, folders: { ...this.#content.folders, [use]: folder } };
    this.#write();
  }
}
