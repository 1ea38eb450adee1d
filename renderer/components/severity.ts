import type { Severity } from '../../main/model/Severity.js';
import type { GlyphName } from './Glyph.js';

/** A severity's sign; its colour is the class `severity-WARN`. */
export const severityGlyphs: Readonly<Record<Severity, GlyphName>> = {
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
  FATAL: 'fatal',
};
