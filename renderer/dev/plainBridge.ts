import type { Bridge } from '../../main/contract/bridge.js';

/** What a page asks of the window around it, where there is none: nothing is kept, and each dialog is answered at once. */
export const plainBridge = {
  saveSettings: () => Promise.resolve(),
  saveFile: (name) => Promise.resolve(name),
  chooseSaveFile: (name) => Promise.resolve(`/media/usb/${name}`),
  chooseFolder: () => Promise.resolve('/home/ada/.ros/cwlogs'),
  chooseRecording: (kind) => Promise.resolve(kind === 'file' ? '/media/usb/rover-7.mcap' : '/media/usb/rover-7'),
  openConsole: () => Promise.resolve(),
  notifyDesktop: () => Promise.resolve(),
  copyText: () => Promise.resolve(),
  requestPort: () => undefined,
  onEngineState: () => () => undefined,
} satisfies Omit<Bridge, 'facts'>;
