// @ts-check
/** The npm packages, exactly as the lock file says. Their install scripts do not run (`.npmrc`); set-up does that work. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Stamp } from './Stamp.mjs';
import { nodeModulesDir, rootDir } from './paths.mjs';
import { runLogged } from './runLogged.mjs';

const timeLimitMs = 15 * 60_000;

/** @param {import('./Reporter.mjs').Step} step */
export async function provideNpmPackages(step) {
  const lockFile = readFileSync(path.join(rootDir, 'package-lock.json'), 'utf8');
  const stamp = new Stamp(path.join(nodeModulesDir, '.tether-lock-hash'), lockFile);
  if (stamp.isCurrent()) {
    step.found('npm packages as locked');
    return;
  }
  if (matchesInstalledTree(lockFile)) {
    stamp.write();
    step.found('npm packages as locked, installed by hand');
    return;
  }
  const count = Object.keys(JSON.parse(lockFile).packages).length - 1;
  step.doing(`installing ${count} npm packages`);
  await runLogged('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], {
    log: 'npm',
    cwd: rootDir,
    timeLimitMs,
    what: '`npm ci`',
    nextStep: 'Check that `npm ping` reaches a registry, then run `npm run setup` again.',
  });
  stamp.write();
  step.done(`installed ${count} npm packages`);
}

/**
 * npm keeps a copy of the lock file's packages in what it installed, without those that do not fit this platform.
 * @param {string} lockFile
 */
function matchesInstalledTree(lockFile) {
  const hiddenLockPath = path.join(nodeModulesDir, '.package-lock.json');
  if (!existsSync(hiddenLockPath)) return false;
  const wanted = JSON.parse(lockFile).packages;
  const installed = JSON.parse(readFileSync(hiddenLockPath, 'utf8')).packages;
  const names = Object.keys(wanted).filter(
    (name) => name !== '' && !wanted[name].optional && !wanted[name].devOptional,
  );
  return (
    names.every((name) => installed[name]?.version === wanted[name].version) &&
    Object.keys(installed).every((name) => installed[name].version === wanted[name]?.version)
  );
}
