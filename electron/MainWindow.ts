import { fileURLToPath } from 'node:url';
import { BrowserWindow, screen, type WebContents } from 'electron';
import type { RecordingKind, Theme } from '../main/contract/bridge.js';
import type { AppSettings } from './AppSettings.js';
import { startPageUrl } from './appOrigin.js';
import { fitWindowBounds, windowHeightMin, windowWidthMin, type WindowBounds } from './fitWindowBounds.js';
import { chooseFolder, chooseRecording, chooseSaveFile } from './fileDialogs.js';
import { saveFile } from './saveFile.js';
import { windowBackgrounds } from './themeColours.js';

const preload = fileURLToPath(new URL('preload.cjs', import.meta.url));
const defaultSize = { width: 1440, height: 900 };
/** A page that died is loaded again so often within the time; then the window stays empty rather than loop. */
const reloadsMax = 3;
const reloadsWithinMs = 60_000;

/** The one window: a sandboxed page without Node, shown once it has painted, reopened where it was left. */
export class MainWindow {
  readonly #window: BrowserWindow;
  readonly #settings: AppSettings;
  readonly #log: (line: string) => void;
  #reloadsMs: number[] = [];

  constructor(settings: AppSettings, log: (line: string) => void) {
    this.#settings = settings;
    this.#log = log;
    const remembered = settings.window;
    const area = remembered === null ? null : fitWindowBounds(remembered, workAreas());
    this.#window = new BrowserWindow({
      ...(area ?? defaultSize),
      minWidth: windowWidthMin,
      minHeight: windowHeightMin,
      title: 'Tether',
      show: false,
      autoHideMenuBar: true,
      backgroundColor: windowBackgrounds[settings.settings.theme],
      webPreferences: {
        preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        webviewTag: false,
        navigateOnDragDrop: false,
        spellcheck: false,
        v8CacheOptions: 'bypassHeatCheck',
      },
    });
    if (remembered?.maximized === true) this.#window.maximize();
    this.#window.once('ready-to-show', () => {
      this.#window.show();
    });
    this.#window.on('close', () => {
      settings.saveWindow({ ...this.#window.getNormalBounds(), maximized: this.#window.isMaximized() });
    });
    this.#watchPage();
  }

  get page(): WebContents {
    return this.#window.webContents;
  }

  async load(): Promise<void> {
    await this.#window.loadURL(startPageUrl);
  }

  /** A second start of the app for the same home brings this window forward instead. */
  comeForward(): void {
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
  }

  saveFile(name: string, data: Uint8Array): Promise<string | null> {
    return saveFile(this.#window, name, data);
  }

  chooseSaveFile(name: string): Promise<string | null> {
    return chooseSaveFile(this.#window, this.#settings, name);
  }

  chooseFolder(): Promise<string | null> {
    return chooseFolder(this.#window, this.#settings);
  }

  chooseRecording(kind: RecordingKind): Promise<string | null> {
    return chooseRecording(this.#window, this.#settings, kind);
  }

  setTheme(theme: Theme): void {
    this.#window.setBackgroundColor(windowBackgrounds[theme]);
  }

  #watchPage(): void {
    this.page.on('render-process-gone', (_event, details) => {
      this.#log(`[page] gone: ${details.reason} (${details.exitCode})`);
      const nowMs = performance.now();
      this.#reloadsMs = this.#reloadsMs.filter((atMs) => nowMs - atMs < reloadsWithinMs);
      if (details.reason === 'clean-exit' || this.#reloadsMs.length >= reloadsMax) return;
      this.#reloadsMs.push(nowMs);
      this.page.reload();
    });
    this.page.on('unresponsive', () => {
      this.#log('[page] does not answer');
    });
    this.page.on('did-fail-load', (_event, code, description, url) => {
      this.#log(`[page] ${url} could not be loaded: ${description} (${code})`);
    });
    this.page.on('preload-error', (_event, _path, error) => {
      this.#log(`[page] the preload failed: ${error.message}`);
    });
  }
}

function workAreas(): WindowBounds[] {
  return screen.getAllDisplays().map((display) => display.workArea);
}
