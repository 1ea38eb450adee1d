// @ts-check
/**
 * `npm run check`: everything that can be said about the sources without running them. All checks run, also after one that
 * failed, so that one look shows everything.
 */
import path from 'node:path';
import { isMainModule } from '../setup/isMainModule.mjs';
import { nodeModulesDir } from '../setup/paths.mjs';
import { runTool } from './runTool.mjs';

/** Name, file of node_modules, arguments. */
export const staticChecks = /** @type {const} */ ([
  { name: 'types', file: 'typescript/bin/tsc', args: ['-b'] },
  { name: 'lint', file: 'eslint/bin/eslint.js', args: ['.', '--max-warnings', '0'] },
  {
    name: 'imports',
    file: 'dependency-cruiser/bin/dependency-cruise.mjs',
    args: ['main', 'electron', 'renderer', 'e2e', '--output-type', 'err'],
  },
  { name: 'format', file: 'prettier/bin/prettier.cjs', args: ['--check', '--log-level', 'warn', '.'] },
]);

/**
 * @param {(typeof staticChecks)[number]} check
 * @returns {Promise<boolean>}
 */
export async function passes(check) {
  return (await runTool(path.join(nodeModulesDir, check.file), [...check.args])) === 0;
}

if (isMainModule(import.meta.url)) {
  /** @type {string[]} */
  const failed = [];
  for (const check of staticChecks) {
    const isPassed = await passes(check);
    process.stdout.write(`${isPassed ? 'passed' : 'FAILED'}  ${check.name}\n`);
    if (!isPassed) failed.push(check.name);
  }
  process.exit(failed.length === 0 ? 0 : 1);
}
