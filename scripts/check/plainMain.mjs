// @ts-check
/**
 * The main file of the benchmarks' plain peers (scripts/bench): one window with a plain page, nothing else. TETHER_PLAIN_PAGE is
 * the page's file, TETHER_PLAIN_QUERY what it is asked with. The window opens when Playwright has connected and calls
 * `__playwright_run` (see heldMain.mjs beside this).
 */
import { app, BrowserWindow } from 'electron';

Object.assign(globalThis, {
  __playwright_run: async () => {
    await app.whenReady();
    const window = new BrowserWindow({ width: 1440, height: 900, useContentSize: true });
    void window.loadFile(process.env['TETHER_PLAIN_PAGE'] ?? '', { search: process.env['TETHER_PLAIN_QUERY'] ?? '' });
  },
});
