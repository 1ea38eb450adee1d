import { appOrigin } from './appOrigin.js';

/** What is looked at of the frame that a message came from (Electron's WebFrameMain has it). */
export interface SenderFrame {
  readonly origin: string;
  readonly parent: object | null;
}

/** Only the top frame of our own page is listened to. A frame that went away meanwhile is null. */
export function isAppPage(frame: SenderFrame | null): boolean {
  return frame !== null && frame.parent === null && frame.origin === appOrigin;
}
