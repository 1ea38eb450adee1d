import './filter.css';
import { findMarks, type Marks } from './findMarks.js';

/** A text with the places that a filter looks for or marks. */
export function MarkedText({ text, marks }: { readonly text: string; readonly marks: Marks }) {
  if (marks.length === 0) return text;
  return findMarks(text, marks).map((part, index) =>
    part.mark === null ? (
      part.text
    ) : (
      <mark key={index} className={`mark-${part.mark}`}>
        {part.text}
      </mark>
    ),
  );
}
