import { nodePath } from '../../main/model/compileTerms.js';
import type { FilterTerm } from '../../main/model/parseFilterExpression.js';
import type { RowRing } from '../stores/RowRing.js';

/** A node, or a namespace that has some; its figures are those of all below it together. */
export interface NodeBranch {
  /** `/nav/planner` */
  readonly path: string;
  /** `planner` */
  readonly name: string;
  lines: number;
  errors: number;
  /** Lines a second, of late. */
  perS: number;
  readonly children: NodeBranch[];
}

/** Counts of lines that arrived by node number, at a moment. */
export interface ArrivalSample {
  readonly atMs: number;
  readonly arrivals: readonly number[];
}

/** The namespaces and nodes of a ring's rows, in the order of the alphabet. Rates are those since the older sample. */
export function buildNodeTree(ring: RowRing, before: ArrivalSample, nowMs: number): readonly NodeBranch[] {
  const roots: NodeBranch[] = [];
  const branches = new Map<string, NodeBranch>();
  const seconds = Math.max(1, (nowMs - before.atMs) / 1000);
  for (let number = 0; number < ring.nodeNames.size; number += 1) {
    const lines = ring.nodeCounts[number] ?? 0;
    const arrived = (ring.nodeArrivals[number] ?? 0) - (before.arrivals[number] ?? 0);
    if (lines === 0 && arrived === 0) continue;
    let path = '';
    let siblings = roots;
    for (const name of nodePath(ring.nodeNames.textOf(number))
      .split('/')
      .filter((part) => part !== '')) {
      path += `/${name}`;
      let branch = branches.get(path);
      if (branch === undefined) {
        branch = { path, name, lines: 0, errors: 0, perS: 0, children: [] };
        branches.set(path, branch);
        siblings.push(branch);
      }
      branch.lines += lines;
      branch.errors += ring.nodeErrors[number] ?? 0;
      branch.perS += arrived / seconds;
      siblings = branch.children;
    }
  }
  const sort = (list: NodeBranch[]): void => {
    list.sort((left, right) => left.name.localeCompare(right.name, 'en'));
    for (const branch of list) sort(branch.children);
  };
  sort(roots);
  return roots;
}

/** The rule that is about this path and all below it: it holds for nodes that nobody has heard of yet too. */
export function nodeRule(path: string, exclude: boolean): FilterTerm {
  return { field: 'node', exclude, text: `${path}/**`, regex: false };
}

/** What the filter's own rules say about a path: the nearest one upwards counts; solo hides what is beside it. */
export function ruleOf(path: string, terms: readonly FilterTerm[]): 'solo' | 'muted' | 'none' {
  for (const term of terms) {
    if (term.field === 'node' && term.text === `${path}/**`) return term.exclude ? 'muted' : 'solo';
  }
  return 'none';
}
