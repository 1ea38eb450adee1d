import type { FilterTerm } from '../../main/model/parseFilterExpression.js';
import { type TextTest, textTestOf } from '../../main/model/textTest.js';

/** A stretch of a text, marked by the given rule or (null) not at all. */
export interface MarkedPart {
  readonly text: string;
  readonly mark: number | null;
}

/** A place to mark: the terms that the filter looks for share the number 0, each `mark:` term has one of its own. */
interface MarkRule {
  readonly test: TextTest;
  readonly mark: number;
}

export type Marks = readonly MarkRule[];

/** Colours of `mark:` terms, one after the other: 1 to 5, then from the beginning. */
const markColours = 5;

export function markNumber(terms: readonly FilterTerm[], index: number): number {
  const before = terms.slice(0, index).filter((term) => term.field === 'mark').length;
  return (before % markColours) + 1;
}

export function compileMarks(terms: readonly FilterTerm[]): Marks {
  return terms.flatMap((term, index) => {
    const isMark = term.field === 'mark';
    if (term.exclude || !(isMark || term.field === 'any' || term.field === 'text')) return [];
    const test = textTestOf(term);
    return test === null ? [] : [{ test, mark: isMark ? markNumber(terms, index) : 0 }];
  });
}

/** Cuts a text into marked and unmarked parts; where rules overlap the one that begins first counts, then the earlier rule. */
export function findMarks(text: string, marks: Marks): readonly MarkedPart[] {
  const parts: MarkedPart[] = [];
  let done = 0;
  while (done < text.length && parts.length < partsMax) {
    let best: { readonly from: number; readonly until: number; readonly mark: number } | null = null;
    for (const { test, mark } of marks) {
      const place = test.find(text, done);
      // A pattern that matches nothing at all marks nothing.
      if (place === null || place[1] <= place[0]) continue;
      if (best === null || place[0] < best.from) best = { from: place[0], until: place[1], mark };
    }
    if (best === null) break;
    if (best.from > done) parts.push({ text: text.slice(done, best.from), mark: null });
    parts.push({ text: text.slice(best.from, best.until), mark: best.mark });
    done = best.until;
  }
  if (done < text.length) parts.push({ text: text.slice(done), mark: null });
  return parts;
}

const partsMax = 200;
