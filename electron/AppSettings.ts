import path from 'node:path';
import ElectronStore from 'electron-store';
import { z } from 'zod';
import { folderUses, settingsSchema, type FolderUse, type Settings } from '../main/contract/bridge.js';

/** The window as it was left. Checked against the screens before it is used: see `fitWindowBounds`. */
const windowSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  maximized: z.boolean(),
});
const foldersSchema = z.partialRecord(z.enum(folderUses), z.string().max(4096));
export type RememberedWindow = z.infer<typeof windowSchema>;

/**
 * What is remembered between starts, in `<home>/settings/window.json`, written atomically. What cannot be read is as good
 * as not there: settings never keep the window from opening.
 */
export class AppSettings {
  readonly #store: ElectronStore;

  constructor(home: string) {
    this.#store = new ElectronStore({ cwd: path.join(home, 'settings'), name: 'window', clearInvalidConfig: true });
  }

  get settings(): Settings {
    const parsed = settingsSchema.safeParse(this.#store.get('settings'));
    return parsed.success ? parsed.data : settingsSchema.parse({});
  }

  saveSettings(settings: Settings): void {
    this.#store.set('settings', settings);
  }

  get window(): RememberedWindow | null {
    const parsed = windowSchema.safeParse(this.#store.get('window'));
    return parsed.success ? parsed.data : null;
  }

  saveWindow(window: RememberedWindow): void {
    this.#store.set('window', window);
  }

  /** Where the last dialog of this use ended; null before the first. */
  folder(use: FolderUse): string | null {
    return this.#folders[use] ?? null;
  }

  saveFolder(use: FolderUse, folder: string): void {
    this.#store.set('folders', { ...this.#folders, [use]: folder });
  }

  get #folders(): Partial<Record<FolderUse, string>> {
    const parsed = foldersSchema.safeParse(this.#store.get('folders'));
    return parsed.success ? parsed.data : {};
  }
}
