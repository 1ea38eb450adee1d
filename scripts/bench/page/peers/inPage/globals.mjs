// @ts-check
/** What the package's own build provides as globals, and what this page is asked for. Imported before all else. */
import * as React from 'react';

const asked = new URLSearchParams(location.search);

Object.assign(globalThis, {
  React,
  ReactNull: null,
  global: globalThis,
  __filename: '',
  panelAsked: {
    rows: Number(asked.get('rows')),
    held: Number(asked.get('held')),
    ratePerS: Number(asked.get('rate')),
  },
});
