import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const packageSchema = z.object({ name: z.literal('tether'), version: z.string() });

export interface App {
  /** The folder that holds `build/` and `assets/`. */
  readonly root: string;
  readonly version: string;
}

function readPackage(folder: string): App | null {
  try {
    const found = packageSchema.safeParse(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')));
    return found.success ? { root: folder, version: found.data.version } : null;
  } catch {
    return null;
  }
}

/** Tether's own package, which stands above this file, in a clone as well as compiled. */
export function findApp(): App {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    const found = readPackage(folder);
    if (found !== null) return found;
    if (folder === path.dirname(folder))
      throw new Error('the package.json of Tether is missing from this installation');
  }
}
