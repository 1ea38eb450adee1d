import { createTheme } from '@mantine/core';
import type { Theme } from '../../main/contract/bridge.js';

/** Mantine's parts as this page uses them; their colours and sizes come from tokens.css through mantine.css. */
export const mantineTheme = createTheme({
  fontFamily: 'var(--font-text)',
  fontFamilyMonospace: 'var(--font-code)',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { openDelay: 350, withArrow: false, multiline: true, transitionProps: { duration: 80 } } },
    Menu: {
      defaultProps: {
        transitionProps: { duration: 80 },
        shadow: 'none',
        position: 'bottom-end',
        offset: 4,
        // The first entry has the focus: a placeholder that can be focused is no child that a menu may have.
        withInitialFocusPlaceholder: false,
      },
    },
    Popover: {
      defaultProps: {
        transitionProps: { duration: 80 },
        shadow: 'none',
        offset: 6,
        trapFocus: true,
        returnFocus: true,
      },
    },
    // A list of choices closes because a person went elsewhere: giving the focus back would take their next words from there.
    Combobox: { defaultProps: { returnFocus: false, trapFocus: false } },
    Radio: { defaultProps: { color: 'var(--accent)', iconColor: 'var(--on-accent)', size: 'xs' } },
    Checkbox: { defaultProps: { color: 'var(--accent)', iconColor: 'var(--on-accent)', size: 'xs' } },
    // The page never scrolls: locking it would only add a style element without the nonce.
    Modal: {
      defaultProps: { lockScroll: false, transitionProps: { duration: 100 }, centered: false, yOffset: '12vh' },
    },
  },
});

export const themeNames: Readonly<Record<Theme, string>> = {
  dark: 'Dark',
  light: 'Light',
  contrast: 'High contrast',
  sunlight: 'Sunlight',
};

export function isDarkTheme(theme: Theme): boolean {
  return theme === 'dark' || theme === 'contrast';
}
