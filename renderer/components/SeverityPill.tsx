import type { Severity } from '../../main/model/Severity.js';
import { Glyph } from './Glyph.js';
import { severityGlyphs } from './severity.js';

/** A severity as sign, word and colour, outlined. */
export function SeverityPill({ severity }: { readonly severity: Severity }) {
  return (
    <span className={`severity-pill severity-${severity}`}>
      <Glyph name={severityGlyphs[severity]} />
      {severity}
    </span>
  );
}
