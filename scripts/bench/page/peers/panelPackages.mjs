// @ts-check
/** The peer's panel with the packages that it needs, at the versions which its own package.json names. */

/** Messages of one topic that the panel holds. */
export const heldMax = 100_000;

/** Foxglove Studio's last open release, compiled. */
export const studioVersions = {
  '@emotion/cache': '11.10.5',
  '@emotion/react': '11.10.6',
  '@emotion/styled': '11.10.6',
  '@fluentui/react-icons': '2.0.196',
  '@fontsource/ibm-plex-mono': '4.5.13',
  '@fontsource/inter': '4.5.15',
  '@foxglove/rostime': '1.1.2',
  '@foxglove/studio-base': '1.48.0',
  '@mui/icons-material': '5.11.0',
  '@mui/material': '5.11.12',
  fuzzysort: '2.0.4',
  immer: '9.0.19',
  lodash: '4.17.21',
  'memoize-weak': '1.0.2',
  moment: '2.29.4',
  'moment-duration-format': '2.3.2',
  'moment-timezone': '0.5.41',
  react: '17.0.2',
  'react-dnd': '14.0.2',
  'react-dnd-html5-backend': '14.0.2',
  'react-dom': '17.0.2',
  'react-i18next': '12.2.0',
  i18next: '22.4.13',
  'react-mosaic-component': '5.3.0',
  'react-resize-detector': '8.0.3',
  'react-transition-group': '4.4.5',
  'react-use': '17.4.0',
  'react-virtualized': '9.22.3',
  'react-window': '1.8.8',
  reselect: '4.1.7',
  shallowequal: '1.1.0',
  tinycolor2: '1.6.0',
  'tss-react': '4.8.2',
  uuid: '9.0.0',
  zustand: '4.3.6',
};
