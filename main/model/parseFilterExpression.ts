/**
 * The filter box's language, made to be guessed:
 *
 * - `battery` keeps rows with that text in the message or the node, whatever the case; several words must all be there
 * - `"low battery"` is one text with its space; `/cell [0-9]+/` a regular expression (RE2's syntax, whatever the case)
 * - `node:nav` looks at the node only; several `node:` terms are alternatives; `*` stands for any ending or middle, and
 *   `node:/nav/**` for `/nav` and all below it, seen already or not
 * - `text:`, `file:`, `function:` and `topic:` look at that field only
 * - a leading `-` excludes: `-node:/camera/**`, `-"scan 10"`, `-/hz$/`
 * - `mark:motor` hides nothing: it marks the text where it stands
 *
 * `/` and `.` are the same in node names (ROS 2 loggers say `nav.planner` where ROS 1 says `/nav/planner`).
 */
export interface FilterTerm {
  readonly field: FilterField;
  readonly exclude: boolean;
  readonly text: string;
  /** `text` is a regular expression. Never so for `node`, whose paths begin with a slash. */
  readonly regex: boolean;
}

export const filterFields = ['any', 'node', 'text', 'file', 'function', 'topic', 'mark'] as const;
export type FilterField = (typeof filterFields)[number];

/** Terms beyond this are ignored. */
export const filterTermsMax = 32;

const tokenPattern =
  /(-?)(?:(node|text|file|function|topic|mark):)?(?:\/((?:[^/\\]|\\.)+)\/(?=\s|$)|"([^"]*)"?|(\S+))/giu;

export function parseFilterExpression(expression: string, termsMax = filterTermsMax): readonly FilterTerm[] {
  const terms: FilterTerm[] = [];
  for (const match of expression.matchAll(tokenPattern)) {
    const field = (match[2]?.toLowerCase() ?? 'any') as FilterField;
    const pattern = match[3];
    // `node:/nav/` is a path.
    const regex = pattern !== undefined && field !== 'node';
    const text = pattern === undefined ? (match[4] ?? match[5] ?? '') : regex ? pattern : `/${pattern}/`;
    // A lone dash, a lone `node:`, an empty quote or a lone slash is somebody still typing.
    if (text === '' || (match[0] === '-' && text === '-') || /^(?:\w+:|\/)$/u.test(text)) continue;
    if (terms.length === termsMax) break;
    terms.push({ field, exclude: match[1] === '-', text, regex });
  }
  return terms;
}

/** The term as it would be typed. */
export function formatFilterTerm(term: FilterTerm): string {
  const text = term.regex ? `/${term.text}/` : /\s/u.test(term.text) ? `"${term.text}"` : term.text;
  return `${term.exclude ? '-' : ''}${term.field === 'any' ? '' : `${term.field}:`}${text}`;
}

/** Terms as they would be typed one after the other. */
export function formatFilterTerms(terms: readonly FilterTerm[]): string {
  return terms.map(formatFilterTerm).join(' ');
}
