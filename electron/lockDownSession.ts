import { app, type Session } from 'electron';
import { appOrigin } from './appOrigin.js';

/** Schemes that Chromium uses inside itself. `data:` is for images that the policy allows. */
const innerSchemes = ['devtools:', 'data:', 'blob:'];

/** No permission, no device, no download and no request but to the app's own scheme. */
export function lockDownSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => {
    decide(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => {
    event.preventDefault();
  });
  session.webRequest.onBeforeRequest((details, decide) => {
    const url = URL.parse(details.url);
    const allowed =
      url !== null && (`${url.protocol}//${url.host}` === appOrigin || innerSchemes.includes(url.protocol));
    decide({ cancel: !allowed });
  });
}

/** Of every page that this process will ever hold: it stays where it is and opens nothing. */
export function lockDownNavigation(): void {
  app.on('web-contents-created', (_created, contents) => {
    contents.on('will-frame-navigate', (event) => {
      event.preventDefault();
    });
    contents.on('will-redirect', (event) => {
      event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => {
      event.preventDefault();
    });
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}
