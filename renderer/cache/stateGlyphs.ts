import type { CachedState } from '../../main/model/CachedState.js';
import type { GlyphName } from '../components/Glyph.js';

/** A record's state on disk as a sign; its colour is the class `state-held`. */
export const stateGlyphs: Readonly<Record<CachedState, GlyphName>> = {
  pending: 'cached',
  sending: 'sending',
  held: 'held',
  expired: 'expired',
  quarantined: 'refused',
};

export const stateWords: Readonly<Record<CachedState, string>> = {
  pending: 'waiting',
  sending: 'being sent',
  held: 'held back',
  expired: 'too old for CloudWatch',
  quarantined: 'in quarantine',
};
