import { entryKeyOf, sectionsOf } from '../../main/config/text/meantBy.js';
import { parameters, type Parameter } from '../../main/config/text/parameters.js';
import type { ParameterValue } from '../../main/config/text/ParameterValue.js';
import type { ParsedRobotFile } from '../../main/config/text/parseRobotFile.js';
import { scalarTextOf } from '../../main/config/text/yamlNodes.js';
import type { ConfigIssueMessage } from './configTypes.js';
import { groupOf, labelOf, type FormGroup } from './formFields.js';

/** Where the value that counts comes from: this file, one of its lines for every node, the fleet's file below it, or nowhere. */
export type Origin = 'robot' | 'every-node' | 'fleet' | 'default';

/** A parameter as the form shows it. */
export interface Field {
  readonly parameter: Parameter;
  readonly label: string;
  readonly group: FormGroup;
  /** What counts; null when the text holds something that is none, or when it has no default. */
  readonly value: ParameterValue | null;
  /** What a person meant by what stands in the text, without quotes and escapes; also when it is wrong. Null: nothing stands there. */
  readonly written: string | null;
  /** Null: the fleet's file gives none, or there is no such file. */
  readonly fleetValue: ParameterValue | null;
  readonly origin: Origin;
  /** Lines from 1 that it takes; null when it does not stand in the text. */
  readonly lines: readonly [first: number, last: number] | null;
  readonly issue: ConfigIssueMessage | null;
}

/** All parameters with what the text, and the fleet's file below it, say of them. */
export function readFields(text: string, parsed: ParsedRobotFile, fleet: ParsedRobotFile | null): readonly Field[] {
  const lineOf = lineCounter(text);
  return parameters.map((parameter) => {
    const { section, key } = parameter;
    const entry = parsed.entries.findLast((one) => one.key === key && sectionsOf(one.section).includes(section));
    const name = entryKeyOf(section, key);
    const fleetValue = fleet?.layered.get(name)?.value ?? null;
    const facts = { parameter, label: labelOf(parameter), group: groupOf(parameter), fleetValue };
    if (entry === undefined) {
      const origin = fleetValue === null ? 'default' : 'fleet';
      return { ...facts, value: fleetValue ?? parameter.default, written: null, origin, lines: null, issue: null };
    }
    const [from, to] = entry.pairSpan;
    const lines = [lineOf(from), lineOf(Math.max(from, to - 1))] as const;
    const range = entry.written?.range ?? [0, 0];
    const written = scalarTextOf(entry.value) ?? text.slice(range[0], range[1]).trim();
    const issue = parsed.issues.find(({ line }) => line >= lines[0] && line <= lines[1]) ?? null;
    const counts = parsed.layered.get(name);
    const isShadowed = parsed.values.has(name) && counts?.from === 'fleet';
    const value = isShadowed ? counts.value : (parsed.values.get(name) ?? null);
    const origin = isShadowed ? 'fleet' : entry.section === null ? 'every-node' : 'robot';
    return { ...facts, value, written, origin, lines, issue };
  });
}

function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}

/** The words of a search: each must stand in the label, the key or the help. */
export function matchesSearch(field: Field, search: string): boolean {
  const { section, key, meaning } = field.parameter;
  const hay = `${field.label} ${section}.${key} ${meaning}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word));
}
