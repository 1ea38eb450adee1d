import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Node, Scalar } from 'yaml';
import { unreachable } from '../../model/unreachable.js';
import { checkSyntax } from './checkSyntax.js';
import { classifyScalar } from './classifyScalar.js';
import type { Dialect, ScalarValue } from './classifyScalar.js';
import type { Entry } from './findEntries.js';
import type { ParameterValue } from './ParameterValue.js';
import { quote } from './IssueList.js';
import type { Span } from './IssueList.js';
import { nearestName } from './nearestName.js';
import { listLengthMax, stringLengthMax } from './parameters.js';
import type { NumberParameter, Parameter, StringListParameter, StringParameter } from './parameters.js';
import { renderDouble, renderText } from './renderValue.js';
import { spanOf } from './yamlNodes.js';

/**
 * One value against its parameter, with the eyes of the node that will read it: in ROS 2 a value of another type than the
 * declared one ends the node (an integer is no double, an unquoted number no text), in ROS 1 it counts as missing.
 */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly span: Span;
  readonly message: string;
  readonly fix: string | null;
}

export interface CheckedValue {
  /** Null when an error was found. */
  readonly value: ParameterValue | null;
  readonly findings: readonly Finding[];
}

const stringTag = 'tag:yaml.org,2002:str';

class Check {
  readonly findings: Finding[] = [];

  constructor(
    readonly entry: Entry,
    readonly dialect: Dialect,
    readonly text: string,
  ) {}

  error(span: Span, message: string, fix: string | null = null): null {
    this.findings.push({ severity: 'error', span, message: `${this.entry.key}: ${message}`, fix });
    return null;
  }

  warning(span: Span, message: string, fix: string | null = null): void {
    this.findings.push({ severity: 'warning', span, message: `${this.entry.key}: ${message}`, fix });
  }

  /** The lines of the pair, so that the fix `''` takes them out; the pair itself, without a fix, when that cannot be. */
  removeLines(message: string): null {
    const [from, to] = this.entry.pairSpan;
    if (!this.entry.removable) return this.error([from, to], message);
    const lineStart = this.text.lastIndexOf('\n', from - 1) + 1;
    const newline = this.text.indexOf('\n', to);
    return this.error([lineStart, newline === -1 ? this.text.length : newline + 1], message, '');
  }
}

function readScalar(scalar: Scalar, dialect: Dialect): ScalarValue {
  const text = typeof scalar.value === 'string' ? scalar.value : '';
  const plain = scalar.type === 'PLAIN' && scalar.tag !== stringTag;
  return plain ? classifyScalar(text, dialect) : { type: 'string', value: text };
}

function sourceOf(scalar: Scalar): string {
  return typeof scalar.value === 'string' ? scalar.value : '';
}

/** The mended text as the writer would have written it, or null in a block. */
function writeText(text: string, like: Scalar): string | null {
  return like.type === 'BLOCK_FOLDED' || like.type === 'BLOCK_LITERAL' ? null : renderText(text, like);
}

function sayRos(check: Check, ros2: string, ros1: string): string {
  return check.dialect === 'ros2' ? ros2 : ros1;
}

function checkBool(check: Check, scalar: Scalar): boolean | null {
  const read = readScalar(scalar, check.dialect);
  if (read.type === 'bool') return read.value;
  const word = sourceOf(scalar).trim().toLowerCase();
  const fix = {
    true: 'true',
    yes: 'true',
    on: 'true',
    '1': 'true',
    false: 'false',
    no: 'false',
    off: 'false',
    '0': 'false',
  };
  const mended = Object.entries(fix).find(([written]) => written === word)?.[1] ?? null;
  return check.error(spanOf(scalar), 'must be true or false, without quotes', mended);
}

function numberFix(parameter: NumberParameter, value: number): string | null {
  if (!Number.isFinite(value)) return null;
  if (parameter.type === 'double') return renderDouble(value);
  return Number.isSafeInteger(value) ? String(value) : null;
}

function checkNumber(check: Check, parameter: NumberParameter, scalar: Scalar): number | null {
  const read = readScalar(scalar, check.dialect);
  const span = spanOf(scalar);
  const wanted = parameter.type === 'double' ? 'a number with a decimal point' : 'a whole number';
  if (read.type !== 'int' && read.type !== 'double') {
    const inner = classifyScalar(sourceOf(scalar).trim(), check.dialect);
    const fix = inner.type === 'int' || inner.type === 'double' ? numberFix(parameter, inner.value) : null;
    return check.error(span, `must be ${wanted}${fix === null ? '' : ', without quotes'}`, fix);
  }
  if (check.dialect === 'ros2' && read.type !== parameter.type) {
    const fix = numberFix(parameter, read.value);
    if (!parameter.wholeInRos2Only) {
      const what = read.type === 'int' ? 'an integer' : 'a double';
      return check.error(span, `must be ${wanted}; given ${what}, the ROS 2 node stops at its start`, fix);
    }
    check.warning(span, 'the ROS 2 node wants a whole number and stops at its start (ROS 1 takes a fraction)', fix);
  }
  return checkRange(check, parameter, read.value, span);
}

function checkRange(check: Check, parameter: NumberParameter, value: number, span: Span): number | null {
  const { min, max, choices } = parameter;
  const unit = parameter.unit === '' ? '' : ` ${parameter.unit}`;
  if (parameter.type === 'int' && !parameter.wholeInRos2Only && !Number.isInteger(value)) {
    return check.error(span, 'must be a whole number', Number.isFinite(value) ? String(Math.round(value)) : null);
  }
  if (choices !== null && !choices.includes(value)) {
    return check.error(span, `must be ${choices.join(' or ')}${unit}`, String(choices.at(-1) ?? ''));
  }
  if (!(value >= min && value <= max)) return check.error(span, `must be ${min} to ${max}${unit}`);
  return value;
}

/** The text of a scalar that must be one, or null (said). */
function takeText(check: Check, scalar: Scalar): string | null {
  const read = readScalar(scalar, check.dialect);
  const written = sourceOf(scalar);
  if (read.type !== 'string') {
    const kind = { bool: 'true or false', int: 'a number', double: 'a number', null: 'nothing' }[read.type];
    const message = sayRos(
      check,
      `must be a text; without quotes ${quote(written)} is ${kind}, and the ROS 2 node stops at its start`,
      `must be a text; without quotes ${quote(written)} is ${kind}, and the ROS 1 node takes its default instead`,
    );
    return check.error(spanOf(scalar), message, JSON.stringify(written));
  }
  if (read.value.length > stringLengthMax)
    return check.error(spanOf(scalar), `longer than ${stringLengthMax} characters`);
  const unquotedNull = scalar.type === 'PLAIN' && (written === '~' || /^null$/i.test(written));
  if (unquotedNull) check.warning(spanOf(scalar), `ROS 2 takes ${quote(written)} as a text`, JSON.stringify(written));
  return read.value;
}

function checkText(check: Check, parameter: StringParameter, scalar: Scalar): string | null {
  const text = takeText(check, scalar);
  if (text === null) return null;
  const span = spanOf(scalar);
  if (text === '') return parameter.mayBeEmpty ? text : check.error(span, 'must not be empty');
  if (parameter.choices !== null && parameter.syntax === null && !parameter.choices.includes(text)) {
    const near = nearestName(text, parameter.choices);
    const words = parameter.choices.filter((choice) => choice !== '').join(', ');
    return check.error(span, `must be one of ${words}`, near === null ? null : writeText(near, scalar));
  }
  return checkTextSyntax(check, parameter, scalar, text);
}

function checkTextSyntax(
  check: Check,
  parameter: StringParameter | StringListParameter,
  scalar: Scalar,
  text: string,
): string | null {
  const problem = parameter.syntax === null ? null : checkSyntax(text, parameter.syntax);
  if (problem === null) return text;
  const fix = problem.mended === null ? null : writeText(problem.mended, scalar);
  if (problem.severity === 'error') return check.error(spanOf(scalar), problem.message, fix);
  check.warning(spanOf(scalar), problem.message, fix);
  return text;
}

function checkList(check: Check, parameter: StringListParameter, node: Node): readonly string[] | null {
  if (isScalar(node)) {
    const source = check.text.slice(...spanOf(node));
    const quoted = node.type === 'PLAIN' ? JSON.stringify(sourceOf(node)) : source;
    const block = node.type === 'BLOCK_FOLDED' || node.type === 'BLOCK_LITERAL';
    return check.error(spanOf(node), 'must be a list: ["one", "two"]', block ? null : `[${quoted}]`);
  }
  if (!isSeq(node)) return check.error(spanOf(node), 'must be a list: ["one", "two"]');
  if (node.items.length === 0) {
    if (check.dialect === 'ros1') return [];
    return check.removeLines('an empty list stops the ROS 2 node at its start; without the line its default counts');
  }
  if (node.items.length > listLengthMax) return check.error(spanOf(node), `more than ${listLengthMax} entries`);
  return checkElements(check, parameter, node.items as readonly Node[]);
}

function checkElements(check: Check, parameter: StringListParameter, items: readonly Node[]): readonly string[] | null {
  const texts: string[] = [];
  let wrong = false;
  for (const item of items) {
    const text = isScalar(item)
      ? checkElement(check, parameter, item)
      : check.error(spanOf(item), 'must be a list of texts');
    if (text === null) wrong = true;
    else texts.push(text);
  }
  return wrong ? null : texts;
}

function checkElement(check: Check, parameter: StringListParameter, scalar: Scalar): string | null {
  const text = takeText(check, scalar);
  if (text === null) return null;
  if (text === '') return check.error(spanOf(scalar), 'an entry must not be empty');
  if (parameter.key === 'ignore_nodes' && check.dialect === 'ros2' && text.startsWith('/')) {
    const fix = writeText(text.slice(1).replaceAll('/', '.'), scalar);
    check.warning(spanOf(scalar), 'ROS 2 logger names have no leading slash: this matches no node', fix);
  }
  return checkTextSyntax(check, parameter, scalar, text);
}

function checkNode(check: Check, parameter: Parameter, node: Node): ParameterValue | null {
  const span = spanOf(node);
  if (isAlias(node)) return null; // said where it was found
  if ((isScalar(node) || isSeq(node) || isMap(node)) && node.tag !== undefined && node.tag !== stringTag) {
    const collection = !isScalar(node) && !/^tag:yaml\.org,2002:(seq|map)$/.test(node.tag);
    if (isScalar(node) || collection) return check.error(span, `the tag ${quote(node.tag)} is not read: leave it away`);
  }
  if (parameter.type === 'string[]') return checkList(check, parameter, node);
  if (!isScalar(node)) {
    const wanted = { bool: 'true or false', int: 'one number', double: 'one number', string: 'one text' }[
      parameter.type
    ];
    return check.error(span, `must be ${wanted}`);
  }
  switch (parameter.type) {
    case 'bool':
      return checkBool(check, node);
    case 'int':
    case 'double':
      return checkNumber(check, parameter, node);
    case 'string':
      return checkText(check, parameter, node);
    default:
      return unreachable(parameter);
  }
}

export function checkEntry(entry: Entry, parameter: Parameter, dialect: Dialect, text: string): CheckedValue {
  const check = new Check(entry, dialect, text);
  if (entry.value === null) {
    const effect = sayRos(check, 'ROS 2 refuses the whole file', 'the default counts');
    return {
      value: check.removeLines(`no value behind the colon: ${effect}. Write one, or leave the line out`),
      findings: check.findings,
    };
  }
  return { value: checkNode(check, parameter, entry.value), findings: check.findings };
}
