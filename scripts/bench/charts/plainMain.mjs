// @ts-check
/** The main file of the peer: one window with a plain page, nothing else. TETHER_PLAIN_PAGE is the page's file. */
import { app, BrowserWindow } from 'electron';

await app.whenReady();
const window = new BrowserWindow({ width: 1440, height: 900, useContentSize: true });
await window.loadFile(process.env['TETHER_PLAIN_PAGE'] ?? '');
