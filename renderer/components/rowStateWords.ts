import type { RowState } from '../../main/contract/frames.js';
import type { GlyphName } from './Glyph.js';

/** Where a line is on its way to CloudWatch: its sign in the gutter and the same in words. */
export const rowStateWords: Readonly<Record<RowState, { readonly glyph: GlyphName; readonly words: string }>> = {
  received: { glyph: 'received', words: 'received, not yet on disk' },
  cached: { glyph: 'cached', words: 'on disk, pending' },
  sending: { glyph: 'sending', words: 'being sent to CloudWatch' },
  sent: { glyph: 'sent', words: 'in CloudWatch' },
  refused: { glyph: 'refused', words: 'refused by CloudWatch, kept in quarantine' },
  expired: { glyph: 'expired', words: 'on disk, too old for CloudWatch to take' },
  held: { glyph: 'held', words: 'on disk, held back' },
  gone: { glyph: 'gone', words: 'lost or deleted before it was sent' },
  skipped: { glyph: 'skipped', words: 'shown only: the robot file says not to keep it' },
};
