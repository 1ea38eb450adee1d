import { ipcMain, type MessagePortMain, type WebContents } from 'electron';
import { z } from 'zod';
import { requests, type MainNotices, type PageNoticeName, type RequestHandlers, type RequestName } from './channels.js';
import { isAppPage } from './isAppPage.js';

/**
 * The only file that touches `ipcMain`. Every listener first looks at who sends, then at what: a message from another frame,
 * or of another shape than `channels.ts` says, is refused before any of our code sees it.
 */
export function answerPage(handlers: RequestHandlers): void {
  answer('tether:facts', handlers);
  answer('tether:save-settings', handlers);
  answer('tether:copy-text', handlers);
  answer('tether:save-file', handlers);
  answer('tether:choose-save-file', handlers);
  answer('tether:choose-folder', handlers);
  answer('tether:choose-recording', handlers);
  answer('tether:open-console', handlers);
  answer('tether:notify-desktop', handlers);
}

export function onPageNotice(name: PageNoticeName, listener: (page: WebContents) => void): void {
  ipcMain.on(name, (event) => {
    if (isAppPage(event.senderFrame)) listener(event.sender);
  });
}

export function tellPage<N extends keyof MainNotices>(
  page: WebContents,
  name: N,
  value: MainNotices[N],
  ports: MessagePortMain[] = [],
): void {
  if (!page.isDestroyed()) page.postMessage(name, value, ports);
}

function answer(name: RequestName, handlers: RequestHandlers): void {
  const schema: z.ZodType = requests[name];
  const handle: (...input: never[]) => unknown = handlers[name];
  ipcMain.handle(name, async (event, ...input: unknown[]) => {
    if (!isAppPage(event.senderFrame)) throw new Error(`${name} was asked by a page that is not Tether's`);
    const parsed = schema.safeParse(input);
    if (!parsed.success) throw new Error(`${name}: ${z.prettifyError(parsed.error)}`);
    return await handle(...(parsed.data as never[]));
  });
}
