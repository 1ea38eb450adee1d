import { existsSync } from 'node:fs';
import path from 'node:path';
import { app, dialog, type BrowserWindow, type OpenDialogOptions } from 'electron';
import type { FolderUse, RecordingKind } from '../main/contract/bridge.js';
import type { AppSettings } from './AppSettings.js';

/**
 * The system's own dialogs for places on disk. They open where the last one of their use ended. What is chosen is a path and
 * nothing more: the engine writes and reads. That a file is to be replaced was asked by the dialog.
 */
export async function chooseSaveFile(
  window: BrowserWindow,
  settings: AppSettings,
  name: string,
): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title: 'Export to a file',
    defaultPath: path.join(folderFor(settings, 'export'), name),
    properties: ['createDirectory', 'showOverwriteConfirmation'],
  });
  if (canceled || filePath === '') return null;
  settings.saveFolder('export', path.dirname(filePath));
  return filePath;
}

export async function chooseFolder(window: BrowserWindow, settings: AppSettings): Promise<string | null> {
  const folder = await askForPlace(window, {
    title: 'Import a folder of the original nodes',
    defaultPath: folderFor(settings, 'import'),
    buttonLabel: 'Import',
    // `~/.ros/cwlogs` is where the originals write.
    properties: ['openDirectory', 'showHiddenFiles'],
  });
  if (folder !== null) settings.saveFolder('import', folder);
  return folder;
}

export async function chooseRecording(
  window: BrowserWindow,
  settings: AppSettings,
  kind: RecordingKind,
): Promise<string | null> {
  const place = await askForPlace(window, {
    title: kind === 'file' ? 'A recording to replay' : 'The folder of a ROS 2 bag, or of cwlog files',
    defaultPath: folderFor(settings, 'replay'),
    buttonLabel: 'Replay',
    properties: [kind === 'file' ? 'openFile' : 'openDirectory', 'showHiddenFiles'],
    ...(kind === 'file' ? { filters: [{ name: 'Recordings', extensions: ['mcap', 'db3', 'bag'] }] } : {}),
  });
  if (place !== null) settings.saveFolder('replay', path.dirname(place));
  return place;
}

async function askForPlace(window: BrowserWindow, options: OpenDialogOptions): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, options);
  return canceled ? null : (filePaths[0] ?? null);
}

/** A folder that is gone (a USB stick) is as good as none. */
function folderFor(settings: AppSettings, use: FolderUse): string {
  const remembered = settings.folder(use);
  return remembered !== null && existsSync(remembered)
    ? remembered
    : app.getPath(use === 'export' ? 'documents' : 'home');
}
