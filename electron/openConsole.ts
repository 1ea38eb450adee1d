import { shell } from 'electron';
import { isConsoleUrl } from '../main/model/consoleUrl.js';

/** Opens a page of the CloudWatch console in the person's browser: the only address that ever leaves this app. */
export async function openConsole(url: string): Promise<undefined> {
  if (!isConsoleUrl(url)) throw new Error('not an address of the CloudWatch console');
  await shell.openExternal(url);
  return undefined;
}
