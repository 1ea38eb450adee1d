import type { Document, Node, Pair, YAMLMap } from 'yaml';
import { isMap } from 'yaml';
import type { Entries } from './findEntries.js';
import { parameters } from './parameters.js';
import type { SectionName } from './parameters.js';
import { leafEndOf, lineEndOf, lineStartOf, newlineOf } from './spotsInText.js';
import type { TextChange } from './spotsInText.js';
import { keyText, spanOf } from './yamlNodes.js';

export interface NewPair {
  readonly section: SectionName;
  readonly key: string;
  /** As it is to be written, in one line. */
  readonly value: string;
}

/** A tree of keys down to one value, as `a: {b: 1}` or over lines. */
function writeKeys(keys: readonly string[], value: string, flow: boolean, indent: string, newline: string): string {
  if (flow)
    return keys.toReversed().reduce((inner, key, index) => `${key}: ${index === 0 ? inner : `{${inner}}`}`, value);
  return keys
    .map((key, depth) => `${indent}${'  '.repeat(depth)}${key}:${depth === keys.length - 1 ? ` ${value}` : ''}`)
    .join(newline);
}

/**
 * Adds a parameter that does not stand in the text yet: into its node's section and group where they are, behind the
 * neighbour that comes before it in the table of parameters; else with a section of its own at the end.
 */
export function insertPair(text: string, document: Document.Parsed, entries: Entries, pair: NewPair): TextChange {
  const dot = pair.key.lastIndexOf('.');
  const group = pair.key.slice(0, Math.max(0, dot));
  const bodies = entries.bodies.filter(
    ({ section }) =>
      section === pair.section || (section === null && entries.dialect === 'ros1' && pair.section !== 'tether'),
  );
  const inGroup = bodies.findLast(({ prefix }) => prefix !== '' && prefix === group);
  if (inGroup !== undefined) return insertInto(text, inGroup.map, group, [pair.key.slice(dot + 1)], pair);
  const body = bodies.findLast(({ prefix }) => prefix === '');
  if (body !== undefined) return insertInto(text, body.map, '', pair.key.split('.'), pair);
  return appendSection(text, document, [pair.section, 'ros__parameters', ...pair.key.split('.')], pair.value);
}

function insertInto(
  text: string,
  map: YAMLMap,
  prefix: string,
  keys: readonly string[],
  { section, key, value }: NewPair,
): TextChange {
  if (map.flow === true) return insertIntoFlow(text, map, writeKeys(keys, value, true, '', ''));
  const before = neighbourBefore(map, prefix, section, key);
  return insertBehind(text, before, keys, value, indentOf(text, map));
}

function insertIntoFlow(text: string, map: YAMLMap, written: string): TextChange {
  const last = map.items.at(-1);
  if (last === undefined) {
    const at = spanOf(map)[0] + 1;
    return { from: at, to: at, insert: written };
  }
  const at = leafEndOf(last, text);
  return { from: at, to: at, insert: `, ${written}` };
}

function indentOf(text: string, map: YAMLMap): string {
  const start = spanOf(map.items[0]?.key as Node)[0];
  const before = text.slice(lineStartOf(text, start), start);
  return before.trim() === '' ? before : ' '.repeat(before.length);
}

/** The last of the pairs that come before the key in the table of parameters; else the last of all. */
function neighbourBefore(map: YAMLMap, prefix: string, section: SectionName, key: string): Pair {
  const order = parameters.filter((parameter) => parameter.section === section).map((parameter) => parameter.key);
  const own = order.indexOf(key);
  const place = (pair: Pair): number => {
    const name = [prefix, keyText(pair) ?? ''].filter((part) => part !== '').join('.');
    return order.findLastIndex((known) => known === name || known.startsWith(`${name}.`));
  };
  const earlier = map.items.filter((pair) => place(pair) !== -1 && place(pair) < own);
  const found = earlier.toSorted((a, b) => place(a) - place(b)).at(-1) ?? map.items.at(-1);
  if (found === undefined) throw new Error('an empty block map is none');
  return found;
}

function insertBehind(text: string, pair: Pair, keys: readonly string[], value: string, indent: string): TextChange {
  const newline = newlineOf(text);
  const at = lineEndOf(text, leafEndOf(pair, text));
  return { from: at, to: at, insert: newline + writeKeys(keys, value, false, indent, newline) };
}

function appendSection(text: string, document: Document.Parsed, keys: readonly string[], value: string): TextChange {
  const newline = newlineOf(text);
  const root = document.contents as Node | null;
  if (isMap(root) && root.flow === true) return insertIntoFlow(text, root, writeKeys(keys, value, true, '', ''));
  const end = isMap(root) ? leafEndOf(root, text) : 0;
  // What stands behind "..." would be another document.
  const marker = /^\.\.\.(\s|$)/m.exec(text.slice(end));
  const at = marker === null ? text.length : end + marker.index;
  const before = text.slice(0, at);
  const lead = before === '' || before === '\ufeff' || before.endsWith('\n') ? '' : newline;
  const gap = before.trim() === '' || before === '\ufeff' || /\n\r?\n$/.test(before + lead) ? '' : newline;
  return { from: at, to: at, insert: lead + gap + writeKeys(keys, value, false, '', newline) + newline };
}
