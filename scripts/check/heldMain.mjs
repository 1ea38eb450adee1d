// @ts-check
/**
 * Electron's main file when Playwright drives the app: the real one, but its `ready` waits until Playwright has connected and
 * calls `__playwright_run`. Without it a window may open in the middle of Playwright's connecting, which then sometimes
 * waits for ever. (Playwright's own loader does the same; it cannot be used with an Electron that holds its app inside.)
 */
import { app } from 'electron';

const reallyReady = app.whenReady();
const emit = app.emit.bind(app);
/** @type {unknown[] | null} */
let heldReady = null;
let isReleased = false;
/** @type {() => void} */
let release = () => undefined;
const released = /** @type {Promise<void>} */ (new Promise((resolve) => (release = resolve)));

app.whenReady = () => released;
app.isReady = () => isReleased;
app.emit = (/** @type {string | symbol} */ event, /** @type {unknown[]} */ ...args) => {
  if (event !== 'ready' || isReleased) return emit(event, ...args);
  heldReady = args;
  return true;
};

Object.assign(globalThis, {
  __playwright_run: async () => {
    await reallyReady;
    isReleased = true;
    release();
    if (heldReady !== null) emit('ready', ...heldReady);
  },
});

await import('../../build/electron/main.js');
