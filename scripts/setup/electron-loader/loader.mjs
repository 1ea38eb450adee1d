/**
 * The app of a pinned Electron runtime: runs the file that TETHER_APP_MAIN names (an absolute path, `build/electron/main.js`
 * of a clone) as if that clone had been given on the command line. The top-level await holds back the app's `ready` event
 * until that file has been loaded, as it would be for the main file itself.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const mainPath = process.env['TETHER_APP_MAIN'];
if (!mainPath) {
  console.error('TETHER_APP_MAIN does not name the main file of an app. Start Tether with `npm start`.');
  process.exit(2);
}
const appDir = path.resolve(path.dirname(mainPath), '..', '..');
const manifest = JSON.parse(readFileSync(path.join(appDir, 'package.json'), 'utf8'));
app.name = manifest.productName ?? manifest.name;
/** Electron's own default app calls these two, which are not in its public types. */
const privateApp = /** @type {{ setVersion?: (version: string) => void, setAppPath?: (path: string) => void }} */ (
  /** @type {unknown} */ (app)
);
privateApp.setVersion?.(manifest.version);
privateApp.setAppPath?.(appDir);
await import(pathToFileURL(mainPath).href);
