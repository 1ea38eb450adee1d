import type { FilterField, FilterTerm } from './parseFilterExpression.js';
import type { TetherRecord } from './Record.js';
import { escapePattern, type TextTest, textTestOf } from './textTest.js';

/** The terms of a filter ready to be asked about millions of records; the page and the cache ask the same. */
export interface CompiledTerms {
  /** True when nothing is hidden by its text, node or origin. */
  readonly matchesAllText: boolean;
  /**
   * What the node's name alone decides: `hide` (excluded, or not among the wanted), `keep` (nothing is left to ask but the
   * origin), or `ask` (the message decides). Names repeat, so callers remember the answer by name.
   */
  readonly judgeNode: (node: string) => NodeJudgement;
  /** Null when no term looks at where a line was written. Repeats as node names do. */
  readonly matchOrigin: ((origin: Origin) => boolean) | null;
  /** Asked only after `ask`. */
  readonly matchMessage: (node: string, message: string) => boolean;
}

export interface Origin {
  readonly file: string;
  readonly function: string;
  readonly topic: string;
}

export type NodeJudgement = 'hide' | 'keep' | 'ask';

/** Terms whose regular expression cannot be read are left out: the box says so, and nothing vanishes meanwhile. */
export function compileTerms(terms: readonly FilterTerm[]): CompiledTerms {
  const nodesOf = (exclude: boolean): RegExp[] =>
    terms.filter((term) => term.field === 'node' && term.exclude === exclude).map((term) => nodePattern(term.text));
  const testsOf = (field: FilterField, exclude: boolean): TextTest[] =>
    terms.flatMap((term) => (term.field === field && term.exclude === exclude ? (textTestOf(term) ?? []) : []));
  const wantedNodes = nodesOf(false);
  const unwantedNodes = nodesOf(true);
  const wantedAnywhere = testsOf('any', false);
  const unwantedAnywhere = testsOf('any', true);
  const wantedTexts = testsOf('text', false);
  const unwantedTexts = testsOf('text', true);
  const asksMessage = unwantedAnywhere.length + wantedTexts.length + unwantedTexts.length > 0;
  return {
    matchesAllText: terms.every((term) => term.field === 'mark'),
    judgeNode: (node) => {
      const path = nodePath(node);
      if (unwantedNodes.some((pattern) => pattern.test(path))) return 'hide';
      if (unwantedAnywhere.some(({ test }) => test(node))) return 'hide';
      if (wantedNodes.length > 0 && !wantedNodes.some((pattern) => pattern.test(path))) return 'hide';
      return !asksMessage && wantedAnywhere.every(({ test }) => test(node)) ? 'keep' : 'ask';
    },
    matchOrigin: originMatch(testsOf),
    matchMessage: (node, message) =>
      wantedAnywhere.every(({ test }) => test(message) || test(node)) &&
      wantedTexts.every(({ test }) => test(message)) &&
      !unwantedAnywhere.some(({ test }) => test(message)) &&
      !unwantedTexts.some(({ test }) => test(message)),
  };
}

/** Compiled once for each list of terms: whoever asks about many records asks with the same one. */
export function compiledTermsOf(terms: readonly FilterTerm[]): CompiledTerms {
  const known = compiled.get(terms);
  if (known !== undefined) return known;
  const made = compileTerms(terms);
  compiled.set(terms, made);
  return made;
}

const compiled = new WeakMap<readonly FilterTerm[], CompiledTerms>();

/**
 * Does the record pass? A metric's name stands for the node; it has no message, file and function, which are then empty texts:
 * no `text:` is in it, and every `-text:` is fulfilled.
 */
export function termsMatch(record: TetherRecord, terms: readonly FilterTerm[]): boolean {
  const { judgeNode, matchOrigin, matchMessage } = compiledTermsOf(terms);
  const isLog = record.kind === 'log';
  const label = isLog ? record.node : record.name;
  const judgement = judgeNode(label);
  if (judgement === 'hide') return false;
  const origin = isLog ? record : { file: '', function: '', topic: record.topic };
  if (matchOrigin?.(origin) === false) return false;
  return judgement === 'keep' || matchMessage(label, isLog ? record.message : '');
}

function originMatch(
  testsOf: (field: FilterField, exclude: boolean) => readonly TextTest[],
): CompiledTerms['matchOrigin'] {
  const fields = (['file', 'function', 'topic'] as const)
    .map((field) => ({ field, wanted: testsOf(field, false), unwanted: testsOf(field, true) }))
    .filter(({ wanted, unwanted }) => wanted.length + unwanted.length > 0);
  if (fields.length === 0) return null;
  return (origin) =>
    fields.every(
      ({ field, wanted, unwanted }) =>
        wanted.every(({ test }) => test(origin[field])) && !unwanted.some(({ test }) => test(origin[field])),
    );
}

/** `/nav/planner` and `nav.planner` are the same path: `/nav/planner`. */
export function nodePath(node: string): string {
  const path = node.replaceAll('.', '/');
  return path.startsWith('/') ? path : `/${path}`;
}

// Only escaped literals with `.*` between, asked once for each node name: what backtracking there is stays harmless.
function nodePattern(term: string): RegExp {
  const text = term.replaceAll('.', '/');
  if (!text.includes('*')) return new RegExp(escapePattern(text), 'iu');
  const anchored = text.startsWith('/') || text.startsWith('*') ? text : `/${text}`;
  // `/nav/**` is `/nav` with all below it.
  const subtree = anchored.endsWith('/**');
  const body = (subtree ? anchored.slice(0, -3) : anchored).split(/\*+/u).map(escapePattern).join('.*');
  return new RegExp(`^${body}${subtree ? '(?:/.*)?' : ''}$`, 'iu');
}
