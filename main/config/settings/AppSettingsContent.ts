import { z } from 'zod';
import { folderUses, settingsSchema } from '../../contract/bridge.js';

/** The window as it was left. Checked against the screens before it is used. */
const windowSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  maximized: z.boolean(),
});
export type RememberedWindow = z.infer<typeof windowSchema>;

/** Counts up with each change that an older Tether would misread; `migrations` has the step to each. */
export const settingsVersion = 2;

/** All that is in `<home>/settings/app.json`, beside `version`. */
export const appSettingsSchema = z.object({
  settings: settingsSchema.default(() => settingsSchema.parse({})),
  window: windowSchema.nullable().default(null),
  /** Where the last dialog of each use ended. */
  folders: z.partialRecord(z.enum(folderUses), z.string().max(4096)).default({}),
});
export type AppSettingsContent = z.infer<typeof appSettingsSchema>;

type Content = Readonly<Record<string, unknown>>;

/** From the version that is the key to the next. They are given what was read, of whatever shape. */
export const migrations: Readonly<Record<number, (content: Content) => Content>> = {
  // The first files said no version, and knew only the robot that was looked at last.
  1: (content) => {
    const { settings } = content;
    if (typeof settings !== 'object' || settings === null || !('robot' in settings)) return content;
    const { robot } = settings;
    return { ...content, settings: { ...settings, recentRobots: typeof robot === 'string' ? [robot] : [] } };
  },
};
