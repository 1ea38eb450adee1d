import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, clipboard, MessageChannelMain, nativeTheme, Notification, session, type MessagePortMain } from 'electron';
import { z } from 'zod';
import { tetherHome } from '../main/config/home.js';
import type { LaptopLimits } from '../main/model/LaptopLimits.js';
import { systemClock } from '../main/seams/Clock.js';
import { AppSettings } from './AppSettings.js';
import { setAppMenu } from './appMenu.js';
import { registerAppScheme, serveAppScheme } from './appScheme.js';
import type { EngineProcessOptions } from './engineMessages.js';
import { EngineSupervisor } from './EngineSupervisor.js';
import { lockDownNavigation, lockDownSession } from './lockDownSession.js';
import { MainWindow } from './MainWindow.js';
import { openConsole } from './openConsole.js';
import { answerPage, onPageNotice, tellPage } from './PageChannels.js';
import { RotatingLog } from './RotatingLog.js';
import { runtimeWords } from './runtimeWords.js';
import { startUtilityEngine } from './startUtilityEngine.js';
import { nativeThemes } from './themeColours.js';

/**
 * The window's own process. It opens the window, keeps the engine alive and closes both in order; it reads no record and
 * waits for nothing: input events pass through it.
 */
const appRoot = fileURLToPath(new URL('../../', import.meta.url));
const home = tetherHome(process.env);
const toolchainFile = process.env['TETHER_TOOLCHAIN'] || null;
const appLog = new RotatingLog(path.join(home, 'logs', 'app.log'));
const log = (line: string): void => {
  appLog.write(line);
};

process.on('uncaughtException', (error) => {
  log(`[main] ${error.stack ?? error.message}`);
});
process.on('unhandledRejection', (reason) => {
  log(`[main] unhandled: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`);
});

app.setPath('userData', path.join(home, 'app'));
registerAppScheme();
lockDownNavigation();
if (app.requestSingleInstanceLock()) {
  void app.whenReady().then(run);
} else {
  // The first one brings its window forward.
  app.quit();
}

function run(): void {
  const engineLog = new RotatingLog(path.join(home, 'logs', 'engine.log'));
  const settings = new AppSettings(home, log);
  const supervisor = new EngineSupervisor<MessagePortMain>({
    launch: () => startUtilityEngine(engineLog),
    options: engineOptions(settings.settings.limits),
    clock: systemClock,
    log: (line) => {
      log(`[supervisor] ${line}`);
    },
  });
  // Before the window: the engine opens the robots while Chromium makes the page.
  supervisor.start();
  closeInOrder(supervisor, engineLog);
  openWindow(supervisor, settings);
}

function engineOptions(limits: LaptopLimits): EngineProcessOptions {
  return {
    home,
    owner: 'Tether window',
    appRoot,
    toolchainFile,
    localCloudEndpoint: process.env['TETHER_LOCAL_CLOUDWATCH'] || null,
    startDemoIfEmpty: app.commandLine.hasSwitch('demo'),
    limits,
    runtime: {
      execPath: process.execPath,
      args: ['--experimental-require-module', '--no-warnings'],
      environment: { ELECTRON_RUN_AS_NODE: '1' },
    },
  };
}

function openWindow(supervisor: EngineSupervisor<MessagePortMain>, settings: AppSettings): void {
  const styleNonce = randomBytes(18).toString('base64');
  nativeTheme.themeSource = nativeThemes[settings.settings.theme];
  lockDownSession(session.defaultSession);
  serveAppScheme(session.defaultSession, path.join(appRoot, 'build', 'renderer'), styleNonce);
  setAppMenu();
  const window = new MainWindow(settings, log);
  answerPage({
    'tether:facts': () => ({
      version: appVersion(),
      runtime: runtimeWords(process.versions.electron, toolchainFile),
      platform: process.platform,
      settings: settings.settings,
      settingsProblems: settings.problems,
      styleNonce,
    }),
    'tether:save-settings': (changed) => {
      settings.saveSettings(changed);
      supervisor.setLimits(changed.limits);
      nativeTheme.themeSource = nativeThemes[changed.theme];
      window.setTheme(changed.theme);
      return undefined;
    },
    'tether:copy-text': async (text) => {
      // A promise in newer Electrons, nothing in older ones.
      await clipboard.writeText(text);
      return undefined;
    },
    'tether:save-file': (name, data) => window.saveFile(name, data),
    'tether:choose-save-file': (name) => window.chooseSaveFile(name),
    'tether:choose-folder': () => window.chooseFolder(),
    'tether:choose-recording': (kind) => window.chooseRecording(kind),
    'tether:open-console': openConsole,
    'tether:notify-desktop': (title, body) => {
      if (Notification.isSupported()) new Notification({ title, body }).show();
      return undefined;
    },
  });
  connectPage(supervisor, window);
  app.on('second-instance', () => {
    window.comeForward();
  });
  window.load().catch((error: unknown) => {
    log(`[page] ${String(error)}`);
  });
}

/** Gives the page a port to the engine whenever it asks, and again whenever a new engine is ready. */
function connectPage(supervisor: EngineSupervisor<MessagePortMain>, window: MainWindow): void {
  let wantsPort = false;
  const givePort = (): void => {
    const { port1, port2 } = new MessageChannelMain();
    if (supervisor.attachPage(port1)) tellPage(window.page, 'tether:port', null, [port2]);
  };
  onPageNotice('tether:request-port', () => {
    wantsPort = true;
    if (supervisor.state.state === 'failed') supervisor.start();
    if (supervisor.state.state === 'running') givePort();
    else tellPage(window.page, 'tether:engine-state', supervisor.state);
  });
  supervisor.onState((state) => {
    tellPage(window.page, 'tether:engine-state', state);
    if (state.state === 'running' && wantsPort) givePort();
  });
}

/** The window goes first, then the engine in its own time, then this process. */
function closeInOrder(supervisor: EngineSupervisor<MessagePortMain>, engineLog: RotatingLog): void {
  app.on('window-all-closed', () => {
    app.quit();
  });
  app.on('will-quit', (event) => {
    event.preventDefault();
    void finish();
  });
  const finish = async (): Promise<void> => {
    await supervisor.close();
    await Promise.all([appLog.flush(), engineLog.flush()]);
    app.exit(0);
  };
}

function appVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(appRoot, 'package.json'), 'utf8'));
  return z.object({ version: z.string() }).parse(manifest).version;
}
