import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Node } from 'yaml';
import { classifyScalar } from './classifyScalar.js';
import type { IssueList } from './IssueList.js';
import { isEmptyNode, spanOf } from './yamlNodes.js';

/**
 * What our parameters do not cover (sections of other nodes, unknown keys) is not ours to judge, but ROS 2 reads a file as
 * a whole: one alias, missing value, empty map or mixed list anywhere in it stops every node that is started with it.
 */
export function checkReadable(node: Node, issues: IssueList): void {
  if (isAlias(node)) issues.error(spanOf(node), 'ROS 2 reads no aliases and refuses the file: write the value out');
  if (isSeq(node)) checkList(node.items as readonly Node[], issues);
  if (!isMap(node)) return;
  if (node.items.length === 0) issues.error(spanOf(node), 'ROS 2 loses its way at an empty map: leave it out');
  for (const pair of node.items) {
    const value = pair.value as Node | null;
    if (isEmptyNode(value)) issues.error(spanOf(pair.key as Node), 'no value: ROS 2 refuses the whole file');
    else checkReadable(value, issues);
  }
}

function checkList(items: readonly Node[], issues: IssueList): void {
  let type: string | null = null;
  for (const item of items) {
    if (isSeq(item)) issues.error(spanOf(item), 'ROS 2 reads no list within a list and refuses the file');
    else if (!isScalar(item)) checkReadable(item, issues);
    else {
      const text = typeof item.value === 'string' ? item.value : '';
      const own = item.type === 'PLAIN' ? classifyScalar(text, 'ros2').type : 'string';
      type ??= own;
      if (own !== type) {
        issues.error(spanOf(item), `a list of one type only (${type}): ROS 2 refuses the file`);
        return;
      }
    }
  }
}
