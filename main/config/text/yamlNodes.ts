import { isScalar } from 'yaml';
import type { Node, Pair } from 'yaml';
import type { Span } from './IssueList.js';

export function spanOf(node: Node): Span {
  return node.range === undefined || node.range === null ? [0, 0] : [node.range[0], node.range[1]];
}

/** The key's text, or null when the key is no plain name. */
export function keyText(pair: Pair): string | null {
  return isScalar(pair.key) && typeof pair.key.value === 'string' ? pair.key.value : null;
}

/** Nothing stands there: neither a value nor quotes nor a tag. */
export function isEmptyNode(node: Node | null): node is null {
  return node === null || (isScalar(node) && node.type === 'PLAIN' && node.value === '' && node.tag === undefined);
}

/** The pair's value, null when nothing stands behind the colon. */
export function valueOf(pair: Pair): Node | null {
  const value = pair.value as Node | null;
  return isEmptyNode(value) ? null : value;
}

/** What a scalar says, without its quotes and escapes; null for anything else. */
export function scalarTextOf(node: Node | null): string | null {
  return isScalar(node) ? String(node.value) : null;
}
