import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';

export interface BuiltWorker {
  readonly path: string;
  readonly dispose: () => Promise<void>;
}

/** Makes a child process of a test runnable by plain Node: what Vitest does for the test's own file is done beforehand. */
export async function buildWorker(name: string, folder = import.meta.dirname): Promise<BuiltWorker> {
  // Inside the project, so that the child finds its packages.
  const outDir = join(import.meta.dirname, '..', '..', 'build', `${name}-${process.pid}`);
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: join(folder, `${name}.ts`),
      outDir,
      rolldownOptions: { output: { entryFileNames: `${name}.mjs` } },
    },
  });
  return { path: join(outDir, `${name}.mjs`), dispose: () => rm(outDir, { recursive: true, force: true }) };
}
