import electron = require('electron');
import type { Bridge, EngineState } from '../main/contract/bridge.js' with { 'resolution-mode': 'import' };
import type { MainNotices, PageNoticeName, RequestAnswers, RequestInput, RequestName } from './channels.js' with {
  'resolution-mode': 'import',
};

/**
 * Runs sandboxed, before the page: no Node, and of Electron only the bridge's two halves. It hands the page ten functions
 * and the engine's port, never `ipcRenderer` itself.
 */
const { contextBridge, ipcRenderer } = electron;

async function ask<N extends RequestName>(name: N, ...input: RequestInput<N>): Promise<RequestAnswers[N]> {
  return (await ipcRenderer.invoke(name, ...input)) as RequestAnswers[N];
}

function tell(name: PageNoticeName): void {
  ipcRenderer.send(name);
}

function hear<N extends keyof MainNotices>(
  name: N,
  listener: (value: MainNotices[N], ports: readonly MessagePort[]) => void,
): () => void {
  const heard = (event: electron.IpcRendererEvent, value: MainNotices[N]): void => {
    listener(value, event.ports);
  };
  ipcRenderer.on(name, heard);
  return () => ipcRenderer.off(name, heard);
}

const bridge: Bridge = {
  facts: () => ask('tether:facts'),
  saveSettings: (settings) => ask('tether:save-settings', settings),
  copyText: (text) => ask('tether:copy-text', text),
  saveFile: (name, data) => ask('tether:save-file', name, data),
  chooseSaveFile: (name) => ask('tether:choose-save-file', name),
  chooseFolder: () => ask('tether:choose-folder'),
  chooseRecording: (kind) => ask('tether:choose-recording', kind),
  openConsole: (url) => ask('tether:open-console', url),
  notifyDesktop: (title, body) => ask('tether:notify-desktop', title, body),
  requestPort: () => {
    tell('tether:request-port');
  },
  onEngineState: (listener: (state: EngineState) => void) => hear('tether:engine-state', listener),
};

hear('tether:port', (_value, ports) => {
  window.postMessage({ type: 'tether:port' }, window.location.origin, [...ports]);
});

contextBridge.exposeInMainWorld('tether', bridge);
