import type { Theme } from '../main/contract/bridge.js';

/** The colour behind the page until it has painted, so that the window does not flash. Equal to the themes' own backgrounds. */
export const windowBackgrounds: Readonly<Record<Theme, string>> = {
  dark: '#0e1114',
  light: '#ffffff',
  contrast: '#000000',
  sunlight: '#ffffff',
};

/** Which of the two kinds a theme is for what Chromium draws itself (scroll bars, form controls). */
export const nativeThemes: Readonly<Record<Theme, 'dark' | 'light'>> = {
  dark: 'dark',
  light: 'light',
  contrast: 'dark',
  sunlight: 'light',
};
