// @ts-check
/**
 * Compiles what the app runs on: TypeScript to `build/main` and `build/electron`, the page to `build/renderer`. Each of the
 * two runs only when the sources it reads, or the packages, have changed since it last succeeded. The types of the page and
 * the tests are looked at by `npm run check`, not here: they would hold up a start.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { Reporter } from './setup/Reporter.mjs';
import { Stamp, hashOfTree } from './setup/Stamp.mjs';
import { isMainModule } from './setup/isMainModule.mjs';
import { nodeModulesDir, rootDir } from './setup/paths.mjs';
import { runLogged } from './setup/runLogged.mjs';

const buildDir = path.join(rootDir, 'build');

/**
 * @param {{ reporter?: Reporter }} [options]
 * @throws when something does not compile; the compiler's words have been told
 */
export async function build({ reporter = new Reporter() } = {}) {
  const common = [
    ...readdirSync(rootDir).filter((name) => /^tsconfig.*\.json$/.test(name)),
    'package-lock.json',
    'package.json',
  ];
  await buildPart(reporter, {
    name: 'tsc',
    sources: [...common, 'main', 'electron'],
    command: [path.join('typescript', 'bin', 'tsc'), '-b', 'main', 'electron'],
    nextStep: 'Correct what TypeScript names above.',
  });
  await buildPart(reporter, {
    name: 'vite',
    // The page shares the engine's pure parts.
    sources: [...common, 'main', 'renderer'],
    command: [
      path.join('vite', 'bin', 'vite.js'),
      'build',
      '--config',
      path.join('renderer', 'vite.config.ts'),
      '--logLevel',
      'warn',
    ],
    nextStep: 'Correct what Vite names above.',
  });
}

/**
 * @param {Reporter} reporter
 * @param {{ name: string, sources: string[], command: string[], nextStep: string }} part `sources` are files and folders of
 *   the clone, `command` a file of node_modules and its arguments
 */
async function buildPart(reporter, { name, sources, command, nextStep }) {
  await reporter.step(name, async (step) => {
    const stamp = new Stamp(path.join(buildDir, `.${name}-stamp`), [
      sources.map((source) => [source, hashOfTree(path.join(rootDir, source))]),
      command,
    ]);
    if (stamp.isCurrent()) {
      step.found('nothing to build');
      return;
    }
    step.doing('building');
    stamp.remove();
    const [file, ...args] = command;
    await runLogged(process.execPath, [path.join(nodeModulesDir, /** @type {string} */ (file)), ...args], {
      log: 'build',
      cwd: rootDir,
      what: name,
      nextStep,
    });
    stamp.write();
    step.done('built');
  });
}

if (isMainModule(import.meta.url)) {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  try {
    await build();
  } catch {
    process.exit(1);
  }
}
