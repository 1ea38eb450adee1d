import { memo } from 'react';
import './filter.css';
import { findMarks, type Marks } from './findMarks.js';

interface MarkedTextProps {
  readonly text: string;
  readonly marks: Marks;
}

/** A text with the places that a filter looks for or marks: looked for again only when either is another one. */
export const MarkedText = memo(function MarkedText({ text, marks }: MarkedTextProps) {
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
});
