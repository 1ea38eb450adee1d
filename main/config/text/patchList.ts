import { isScalar } from 'yaml';
import type { Node, Scalar, YAMLSeq } from 'yaml';
import { cutFlowItem } from './removePair.js';
import { renderText } from './renderValue.js';
import { leafEndOf, lineEndOf, lineStartOf, newlineOf, nextLineOf } from './spotsInText.js';
import type { TextChange } from './spotsInText.js';
import { spanOf } from './yamlNodes.js';

/** The elements when each is a scalar without anchor and tag, which a patch can leave or take by itself; else null. */
function plainItems(seq: YAMLSeq): readonly Scalar[] | null {
  const items = seq.items as readonly Node[];
  const plain = items.filter((item): item is Scalar => {
    const block = isScalar(item) && (item.type === 'BLOCK_FOLDED' || item.type === 'BLOCK_LITERAL');
    return isScalar(item) && item.anchor === undefined && item.tag === undefined && !block;
  });
  return plain.length === items.length ? plain : null;
}

/**
 * Makes the list hold `texts` (at least one): elements that stay are not touched. Null when the list is written in a way
 * that only its writer should change.
 */
export function patchList(text: string, seq: YAMLSeq, texts: readonly string[]): readonly TextChange[] | null {
  const items = plainItems(seq);
  if (items === null) return null;
  if (items.length === 0) {
    const [from, to] = spanOf(seq);
    return [{ from, to, insert: `[${texts.map((one) => renderText(one, null)).join(', ')}]` }];
  }
  const old = items.map((item) => String(item.value));
  let head = 0;
  while (head < old.length && head < texts.length && old[head] === texts[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < texts.length - head && old.at(-1 - tail) === texts.at(-1 - tail)) tail += 1;
  const gone = items.slice(head, items.length - tail);
  const come = texts.slice(head, texts.length - tail);
  const shared = Math.min(gone.length, come.length);
  const changes: TextChange[] = [];
  for (let index = 0; index < shared; index += 1) {
    const [item, one] = [gone[index], come[index]];
    if (item === undefined || one === undefined) continue;
    const [from, to] = spanOf(item);
    changes.push({ from, to, insert: renderText(one, item) });
  }
  const place = { text, items, flow: seq.flow === true };
  if (come.length > shared) changes.push(insertItems(place, head + shared, come.slice(shared)));
  if (gone.length > shared) changes.push(...removeItems(place, head + shared, items.length - tail));
  return changes;
}

interface Place {
  readonly text: string;
  readonly items: readonly Scalar[];
  readonly flow: boolean;
}

/** Before the element at `index`, or behind the last. */
function insertItems({ text, items, flow }: Place, index: number, texts: readonly string[]): TextChange {
  const before = items[index - 1];
  const like = before ?? items[0] ?? null;
  const written = texts.map((one) => renderText(one, like));
  if (flow) {
    if (before === undefined) {
      const at = spanOf(items[0] as Node)[0];
      return { from: at, to: at, insert: written.map((one) => `${one}, `).join('') };
    }
    const at = spanOf(before)[1];
    return { from: at, to: at, insert: written.map((one) => `, ${one}`).join('') };
  }
  const newline = newlineOf(text);
  const dash = dashOf(text, (before ?? items[0]) as Node);
  const indent = text.slice(lineStartOf(text, dash), dash);
  if (before === undefined) {
    const at = lineStartOf(text, dash);
    return { from: at, to: at, insert: written.map((one) => `${indent}- ${one}${newline}`).join('') };
  }
  const at = lineEndOf(text, leafEndOf(before, text));
  return { from: at, to: at, insert: written.map((one) => `${newline}${indent}- ${one}`).join('') };
}

function removeItems({ text, items, flow }: Place, from: number, to: number): readonly TextChange[] {
  const gone = items.slice(from, to);
  if (!flow) {
    return gone.map((item) => ({
      from: lineStartOf(text, dashOf(text, item)),
      to: nextLineOf(text, leafEndOf(item, text)),
      insert: '',
    }));
  }
  const [first, last] = [gone[0], gone.at(-1)];
  if (first === undefined || last === undefined) return [];
  const before = items[from - 1];
  return [
    cutFlowItem(text, {
      start: spanOf(first)[0],
      end: spanOf(last)[1],
      endBefore: before === undefined ? null : spanOf(before)[1],
      hasNext: to < items.length,
    }),
  ];
}

function dashOf(text: string, item: Node): number {
  return text.lastIndexOf('-', spanOf(item)[0] - 1);
}
