import { lineDiff } from './lineDiff.js';

/** The lines that went and came, as code. */
export function TextDiff({ before, after }: { readonly before: string; readonly after: string }) {
  const lines = lineDiff(before, after);
  if (lines.length === 0) return <p className="muted">No line differs.</p>;
  return (
    <pre className="config-diff code selectable" data-testid="config-diff" tabIndex={0} aria-label="Lines that differ">
      {lines.map((line, index) =>
        line === null ? (
          <span key={index} className="config-diff-gap">
            ⋯{'\n'}
          </span>
        ) : (
          <span key={index} className="config-diff-line" data-sign={line.sign}>
            <span className="config-diff-number">{String(line.line).padStart(4)}</span>
            {` ${line.sign} ${line.text}\n`}
          </span>
        ),
      )}
    </pre>
  );
}
