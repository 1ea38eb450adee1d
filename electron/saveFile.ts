import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { app, dialog, type BrowserWindow } from 'electron';

/** Asks where to, and writes there; null when the person closed the dialog. Rejects with the system's words when it cannot write. */
export async function saveFile(window: BrowserWindow, name: string, data: Uint8Array): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    defaultPath: path.join(app.getPath('documents'), name),
  });
  if (canceled || filePath === '') return null;
  await writeFile(filePath, data);
  return filePath;
}
