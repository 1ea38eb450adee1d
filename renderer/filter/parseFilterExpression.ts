/**
 * The filter box's language, made to be guessed:
 *
 * - `battery` keeps rows with that text in the message or the node, whatever the case; several words must all be there
 * - `"low battery"` is one text with its space
 * - `node:nav` looks at the node only; several `node:` terms are alternatives; `*` stands for any ending or middle
 * - a leading `-` excludes: `-node:/camera/*`, `-"scan 10"`
 *
 * `/` and `.` are the same in node names (ROS 2 loggers say `nav.planner` where ROS 1 says `/nav/planner`).
 */
export interface FilterTerm {
  readonly field: 'any' | 'node';
  readonly exclude: boolean;
  readonly text: string;
}

/** Terms beyond this are ignored. */
export const filterTermsMax = 32;

const tokenPattern = /(-?)(node:)?(?:"([^"]*)"?|(\S+))/giu;

export function parseFilterExpression(expression: string): readonly FilterTerm[] {
  const terms: FilterTerm[] = [];
  for (const match of expression.matchAll(tokenPattern)) {
    const text = match[3] ?? match[4] ?? '';
    // A lone dash, a lone `node:` or an empty quote is somebody still typing.
    if (text === '' || (match[0] === '-' && text === '-') || text.toLowerCase() === 'node:') continue;
    if (terms.length === filterTermsMax) break;
    terms.push({ field: match[2] === undefined ? 'any' : 'node', exclude: match[1] === '-', text });
  }
  return terms;
}

/** The term as it would be typed. */
export function formatFilterTerm(term: FilterTerm): string {
  const text = /\s/u.test(term.text) ? `"${term.text}"` : term.text;
  return `${term.exclude ? '-' : ''}${term.field === 'node' ? 'node:' : ''}${text}`;
}
