import type { Node, Pair, YAMLMap } from 'yaml';
import type { Step } from './findEntries.js';
import { leafEndOf, lineStartOf, nextLineOf } from './spotsInText.js';
import type { TextChange } from './spotsInText.js';
import { spanOf } from './yamlNodes.js';

/**
 * Takes a pair out. A map that would be left empty goes with it, up to the root: ROS 2 refuses a file with an empty map.
 * Whole lines go where the pair has lines of its own, with the comment at their end; comments above stay.
 */
export function removePair(text: string, steps: readonly Step[]): readonly TextChange[] {
  let depth = steps.length - 1;
  while (depth > 0 && (steps[depth]?.map.items.length ?? 0) === 1) depth -= 1;
  const step = steps[depth];
  if (step === undefined) throw new Error('a pair stands in a map');
  if (step.map.flow === true) return [cutFlowPair(text, step.map, step.pair)];
  // Line by line on the way down, so that comments between them stay.
  const inner = steps.slice(depth);
  const flowAt = inner.findIndex(({ map }) => map.flow === true);
  const cut = flowAt === -1 ? inner : inner.slice(0, flowAt);
  return cut.map(({ pair }, index) => cutLines(text, pair, index === cut.length - 1));
}

/** The lines of the key and, when it is `whole`, of the value. */
function cutLines(text: string, pair: Pair, whole: boolean): TextChange {
  const start = spanOf(pair.key as Node)[0];
  const lineStart = lineStartOf(text, start);
  const end = whole ? leafEndOf(pair, text) : spanOf(pair.key as Node)[1];
  const alone = text.slice(lineStart, start).trim() === '';
  return { from: alone ? lineStart : start, to: nextLineOf(text, end), insert: '' };
}

function cutFlowPair(text: string, map: YAMLMap, pair: Pair): TextChange {
  const index = map.items.indexOf(pair);
  const ends = map.items.map((item) => leafEndOf(item, text));
  return cutFlowItem(text, {
    start: spanOf(pair.key as Node)[0],
    end: ends[index] ?? 0,
    endBefore: ends[index - 1] ?? null,
    hasNext: index < map.items.length - 1,
  });
}

/** One of the things between commas. Comments and line breaks around it stay; so may a comma, which YAML allows. */
export function cutFlowItem(
  text: string,
  item: { readonly start: number; readonly end: number; readonly endBefore: number | null; readonly hasNext: boolean },
): TextChange {
  const { start, end, endBefore } = item;
  if (item.hasNext) {
    let to = text.indexOf(',', end) + 1;
    while (text[to] === ' ') to += 1;
    return { from: start, to, insert: '' };
  }
  const between = endBefore === null ? '' : text.slice(endBefore, start);
  const from = endBefore === null || /[#\n]/.test(between) ? start : endBefore;
  return { from, to: end, insert: '' };
}
