import type { FilterTerm } from './parseFilterExpression.js';

/** A filter ready to be asked about millions of rows. Severity is a bit mask over severity ranks (bit 0 is DEBUG). */
export interface CompiledFilter {
  readonly severityMask: number;
  /** True when no row is hidden by its text or node. */
  readonly matchesAllText: boolean;
  /**
   * What the node's name alone decides: `hide` (excluded, or not among the wanted), `keep` (nothing is left to ask), or
   * `ask` (the message decides). Names repeat, so callers remember the answer by name.
   */
  readonly judgeNode: (node: string) => NodeJudgement;
  /** Asked only after `ask`. */
  readonly matchMessage: (node: string, message: string) => boolean;
}

export type NodeJudgement = 'hide' | 'keep' | 'ask';

export const allSeveritiesMask = 0b11111;

export function compileFilter(terms: readonly FilterTerm[], severityMask: number): CompiledFilter {
  const wantedNodes = terms.filter((term) => term.field === 'node' && !term.exclude).map(nodePattern);
  const unwantedNodes = terms.filter((term) => term.field === 'node' && term.exclude).map(nodePattern);
  const wantedTexts = terms.filter((term) => term.field === 'any' && !term.exclude).map(textPattern);
  const unwantedTexts = terms.filter((term) => term.field === 'any' && term.exclude).map(textPattern);
  return {
    severityMask,
    matchesAllText: terms.length === 0,
    judgeNode: (node) => {
      const path = nodePath(node);
      if (unwantedNodes.some((pattern) => pattern.test(path))) return 'hide';
      if (unwantedTexts.some((pattern) => pattern.test(node))) return 'hide';
      if (wantedNodes.length > 0 && !wantedNodes.some((pattern) => pattern.test(path))) return 'hide';
      const decided = unwantedTexts.length === 0 && wantedTexts.every((pattern) => pattern.test(node));
      return decided ? 'keep' : 'ask';
    },
    matchMessage: (node, message) =>
      wantedTexts.every((pattern) => pattern.test(message) || pattern.test(node)) &&
      !unwantedTexts.some((pattern) => pattern.test(message)),
  };
}

/** `/nav/planner` and `nav.planner` are the same path: `/nav/planner`. */
export function nodePath(node: string): string {
  const path = node.replaceAll('.', '/');
  return path.startsWith('/') ? path : `/${path}`;
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/gu, '\\$&');
}

// Only escaped literals with `.*` between, asked once for each node name: what backtracking there is stays harmless.
function nodePattern(term: FilterTerm): RegExp {
  const text = term.text.replaceAll('.', '/');
  if (!text.includes('*')) return new RegExp(escapePattern(text), 'iu');
  const anchored = text.startsWith('/') || text.startsWith('*') ? text : `/${text}`;
  const body = anchored.split(/\*+/u).map(escapePattern).join('.*');
  return new RegExp(`^${body}$`, 'iu');
}

function textPattern(term: FilterTerm): RegExp {
  return new RegExp(escapePattern(term.text), 'i');
}
