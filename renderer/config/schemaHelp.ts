import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import type { Extension, Text } from '@codemirror/state';
import { hoverTooltip, type EditorView, type Tooltip } from '@codemirror/view';
import { isSectionName, parameters, sectionNames, type Parameter } from '../../main/config/text/parameters.js';
import { labelOf } from './formFields.js';
import { valueWords } from './valueWords.js';

/** Where a line stands: the keys that lead to it, from the root. */
interface Place {
  readonly path: readonly string[];
  readonly indent: number;
}

const keyPattern = /^(\s*)(?:- )?["']?([^\s"':#][^"':#]*?)["']?\s*:(?=\s|$)/;

function placeOf(text: Text, lineNumber: number): Place {
  const own = text.line(lineNumber).text;
  const indent = own.length - own.trimStart().length;
  const path: string[] = [];
  let inner = indent;
  for (let number = lineNumber - 1; number >= 1 && inner > 0; number -= 1) {
    const [, space = '', key] = keyPattern.exec(text.line(number).text) ?? [];
    if (key === undefined || space.length >= inner) continue;
    path.unshift(key);
    inner = space.length;
  }
  return { path, indent };
}

/** The parameters that may stand at a place, with the name that they have there. */
function parametersAt(path: readonly string[]): readonly { readonly name: string; readonly parameter: Parameter }[] {
  const depth = path.indexOf('ros__parameters');
  const node = path[depth - 1]?.split('/').at(-1) ?? '';
  const isFlat = depth === -1 && path.every((key) => !isSectionName(key));
  const sections =
    depth === -1 ? (isFlat ? sectionNames.slice(1, 3) : []) : isSectionName(node) ? [node] : sectionNames.slice(1);
  const prefix = path
    .slice(depth + 1)
    .map((key) => `${key}.`)
    .join('');
  return parameters
    .filter(({ section, key }) => sections.includes(section) && key.startsWith(prefix))
    .map((parameter) => ({ name: parameter.key.slice(prefix.length), parameter }));
}

function complete(context: CompletionContext): CompletionResult | null {
  const { doc } = context.state;
  const line = doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  if (before.includes('#')) return null;
  const { path } = placeOf(doc, line.number);
  const value = /^\s*["']?([\w.]+)["']?\s*:\s+["']?([\w-]*)$/.exec(before);
  if (value !== null) return completeValue(context, path, value[1] ?? '', value[2] ?? '');
  const key = /^\s*([\w./*]*)$/.exec(before);
  if (key === null || (key[1] === '' && !context.explicit)) return null;
  return { from: context.pos - (key[1] ?? '').length, options: keysAt(path), validFor: /^[\w./*]*$/ };
}

function keysAt(path: readonly string[]): CompletionResult['options'] {
  if (path.length === 0) {
    return sectionNames.map((name) => ({ label: name, apply: `${name}:\n  ros__parameters:\n    `, type: 'class' }));
  }
  if (path.length === 1 && path[0] !== undefined && isSectionName(path[0])) {
    return [{ label: 'ros__parameters', apply: 'ros__parameters:\n    ', type: 'class' }];
  }
  const groups = new Map<string, CompletionResult['options'][number]>();
  for (const { name, parameter } of parametersAt(path)) {
    const dot = name.indexOf('.');
    const label = dot === -1 ? name : name.slice(0, dot);
    if (groups.has(label)) continue;
    groups.set(
      label,
      dot === -1
        ? { label, apply: `${label}: `, type: 'property', detail: labelOf(parameter), info: parameter.meaning }
        : { label, apply: `${label}:\n      `, type: 'class', detail: 'connection of the robot’s AWS client' },
    );
  }
  return [...groups.values()];
}

function completeValue(
  context: CompletionContext,
  path: readonly string[],
  key: string,
  typed: string,
): CompletionResult | null {
  const parameter = parametersAt(path).find(({ name }) => name === key)?.parameter;
  if (parameter === undefined) return null;
  const choices =
    parameter.type === 'bool'
      ? ['true', 'false']
      : 'choices' in parameter
        ? (parameter.choices ?? []).map(String).filter((choice) => choice !== '')
        : [];
  if (choices.length === 0) return null;
  return {
    from: context.pos - typed.length,
    options: choices.map((label) => ({ label, type: 'constant' })),
    validFor: /^[\w-]*$/,
  };
}

function hover(view: EditorView, at: number): Tooltip | null {
  const line = view.state.doc.lineAt(at);
  const [, space = '', key = ''] = keyPattern.exec(line.text) ?? [];
  const from = line.from + line.text.indexOf(key, space.length);
  if (key === '' || at < from || at > from + key.length) return null;
  const parameter = parametersAt(placeOf(view.state.doc, line.number).path).find(({ name }) => name === key)?.parameter;
  if (parameter === undefined) return null;
  return { pos: from, end: from + key.length, above: true, create: () => ({ dom: helpElement(parameter) }) };
}

function helpElement(parameter: Parameter): HTMLElement {
  const element = document.createElement('div');
  element.className = 'config-hover';
  const facts = [
    parameter.type,
    parameter.unit,
    'min' in parameter ? `${parameter.min} to ${parameter.max}` : '',
    valueWords(parameter, null),
    parameter.obeyedBy === 'robot' ? "only the robot's node" : '',
  ];
  for (const [name, words] of [
    ['strong', labelOf(parameter)],
    ['p', parameter.meaning],
    ['small', facts.filter((fact) => fact !== '').join(' · ')],
  ] as const) {
    const part = document.createElement(name);
    part.textContent = words;
    element.append(part);
  }
  return element;
}

/** Completion and hover help from the one table of parameters. */
export const schemaHelp: Extension = [autocompletion({ override: [complete], icons: false }), hoverTooltip(hover)];
