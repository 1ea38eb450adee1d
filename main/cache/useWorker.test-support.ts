import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll } from 'vitest';

export interface BuiltWorker {
  readonly path: string;
}

/**
 * Makes a child process or thread of a test file runnable by plain Node, before its tests, and removes it after them: what Vitest
 * does for the test's own file is done beforehand.
 */
export function useWorker(name: string, folder = import.meta.dirname): BuiltWorker {
  // Inside the project, so that the child finds its packages.
  const outDir = join(import.meta.dirname, '..', '..', 'build', `${name}-${process.pid}`);
  beforeAll(async () => {
    await build({
      configFile: false,
      logLevel: 'silent',
      build: {
        ssr: join(folder, `${name}.ts`),
        outDir,
        rolldownOptions: { output: { entryFileNames: `${name}.mjs` } },
      },
    });
  }, 60_000);
  afterAll(() => rm(outDir, { recursive: true, force: true }));
  return { path: join(outDir, `${name}.mjs`) };
}
