import { existsSync } from 'node:fs';
import { hasDisplay, startDisplay } from '../scripts/setup/display.mjs';
import { appMainFile } from './bench/paths.js';
import { readToolchain } from './bench/readToolchain.js';

/** Looks whether all parts are there, and gives the tests a display where the machine has none. Returns what takes it down. */
async function prepare(): Promise<() => void> {
  readToolchain();
  if (!existsSync(appMainFile)) throw new Error('The app is not built. Run `npm test`, or `npm run build` first.');
  if (hasDisplay()) return () => undefined;
  const { display, stop } = await startDisplay();
  process.env['DISPLAY'] = display;
  return stop;
}

// Playwright reads a set-up file by its default export.
export { prepare as default };
