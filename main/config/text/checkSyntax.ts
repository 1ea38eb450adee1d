import { parseGroupTag } from '../../model/NewGroups.js';
import type { MetricDimension } from '../../model/Record.js';
import { parseNumericRule } from '../../model/parseNumericRule.js';
import { parseRedactionRule } from '../../model/parseRedactionRule.js';
import { recordClasses, severities } from '../../model/Severity.js';
import { unreachable } from '../../model/unreachable.js';
import type { Syntax } from './parameters.js';

/** What is wrong with a text, and the text that would be right, when that is plain. */
export interface SyntaxProblem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly mended: string | null;
}

/** CloudWatch Logs, CreateLogStream and CreateLogGroup. */
const logNameLengthMax = 512;
/** CloudWatch, PutMetricData. */
const namespaceLengthMax = 255;
/** CloudWatch, Dimension. */
const dimensionsMax = 30;
const dimensionNameLengthMax = 255;
const dimensionValueLengthMax = 1024;

function error(message: string, mended: string | null = null): SyntaxProblem {
  return { severity: 'error', message, mended };
}

function tooLong(text: string, lengthMax: number): SyntaxProblem | null {
  return text.length > lengthMax ? error(`longer than the ${lengthMax} characters that CloudWatch takes`) : null;
}

function checkLogGroup(text: string): SyntaxProblem | null {
  if (/^[.\-_/#A-Za-z0-9]+$/.test(text)) return tooLong(text, logNameLengthMax);
  const message = 'a log group name has letters, digits and . - _ / # only';
  return error(message, text.replace(/[^.\-_/#A-Za-z0-9]/g, '_'));
}

function checkLogStream(text: string): SyntaxProblem | null {
  if (/^[^:*]*$/.test(text)) return tooLong(text, logNameLengthMax);
  return error('a log stream name has no ":" and no "*"', text.replace(/[:*]/g, '_'));
}

function checkNamespace(text: string): SyntaxProblem | null {
  if (text.startsWith('AWS/')) return error('namespaces that begin with "AWS/" are reserved by AWS', text.slice(4));
  if (text.startsWith(':')) return error('a namespace does not begin with ":"', text.slice(1));
  if (/^[A-Za-z0-9.\-_/#: ]+$/.test(text)) return tooLong(text, namespaceLengthMax);
  return error('a namespace has letters, digits, spaces and . - _ / # : only');
}

/** `Name:Value;Name2:Value2`; null when it is not of that form. Empty parts (a `;` at the end) are skipped. */
export function parseDimensions(text: string): readonly MetricDimension[] | null {
  const dimensions: MetricDimension[] = [];
  for (const part of text.split(';')) {
    if (part.trim() === '') continue;
    const [name, value, ...more] = part.split(':').map((piece) => piece.trim());
    if (name === undefined || value === undefined || name === '' || value === '' || more.length > 0) return null;
    dimensions.push({ name, value });
  }
  return dimensions;
}

function checkDimensions(text: string): SyntaxProblem | null {
  const dimensions = parseDimensions(text);
  if (dimensions === null) {
    return error('dimensions are written "Name:Value;Name2:Value2"; a value has no ":" (the original node skips it)');
  }
  if (dimensions.length > dimensionsMax)
    return error(`more than the ${dimensionsMax} dimensions that CloudWatch takes`);
  if (new Set(dimensions.map(({ name }) => name)).size < dimensions.length) return error('a dimension comes twice');
  const wrong = dimensions.find(
    ({ name, value }) => name.length > dimensionNameLengthMax || value.length > dimensionValueLengthMax,
  );
  if (wrong !== undefined) return error('a dimension is longer than CloudWatch takes (name 255, value 1024)');
  if (!/^[\u0020-\u007e]*$/.test(text)) return error('CloudWatch takes only ASCII characters in dimensions');
  return null;
}

function checkTopic(text: string): SyntaxProblem | null {
  const name = /^(~\/|\/)?[A-Za-z_][A-Za-z0-9_]*(\/[A-Za-z_][A-Za-z0-9_]*)*$/;
  if (name.test(text)) return null;
  return error('no topic name: letters, digits and _, parts divided by "/", no part begins with a digit');
}

/** The address with `https://` where the scheme is missing (the C++ SDK takes it so), or null when it is none. */
export function parseEndpoint(text: string): string | null {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (/\s/.test(text) || !URL.canParse(address)) return null;
  const { protocol, username, password } = new URL(address);
  const plain = (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
  return plain ? address : null;
}

function checkRegion(text: string): SyntaxProblem | null {
  if (/^[a-z]{2,}(-[a-z]+)+-[0-9]{1,2}$/.test(text)) return null;
  const lower = text.toLowerCase().replaceAll('_', '-');
  const mended = lower !== text && checkRegion(lower) === null ? lower : null;
  if (/^[A-Za-z0-9-]{1,63}$/.test(text)) {
    return { severity: 'warning', message: 'this looks like no AWS region (for instance us-west-2)', mended };
  }
  return error('this is no AWS region (for instance us-west-2)', mended);
}

function checkSeverity(text: string): SyntaxProblem | null {
  const upper = text.toUpperCase();
  if (severities.some((severity) => severity === text)) return null;
  const meant = severities.find((severity) => upper.startsWith(severity));
  return error(`one of ${severities.join(', ')}, in capitals; the original node takes anything else as DEBUG`, meant);
}

function checkNumericRule(text: string): SyntaxProblem | null {
  const rule = parseNumericRule(text);
  return rule.ok ? null : error(`${rule.problem.message}. ${rule.problem.nextStep}`);
}

function checkNamespaceOfRos(text: string): SyntaxProblem | null {
  if (/^\/?([A-Za-z_][A-Za-z0-9_]*(\/[A-Za-z_][A-Za-z0-9_]*)*\/?)?$/.test(text)) return null;
  return error('no namespace: letters, digits and _, parts divided by "/", no part begins with a digit');
}

/** Linux, IFNAMSIZ. */
function checkInterface(text: string): SyntaxProblem | null {
  if (/^\d+(\.\d+){3}$/.test(text)) return error('the name of the interface (for instance eth0), not its address');
  if (/^[^\s/]{1,15}$/.test(text)) return null;
  return error('an interface name has at most 15 characters, no space and no "/" (for instance eth0)');
}

function checkAccountId(text: string): SyntaxProblem | null {
  if (/^[0-9]{12}$/.test(text)) return null;
  const digits = text.replace(/[- ]/g, '');
  const mended = /^[0-9]{12}$/.test(digits) ? digits : null;
  return error('an AWS account has twelve digits: "123456789012"', mended);
}

function checkRedactionRule(text: string): SyntaxProblem | null {
  const rule = parseRedactionRule(text);
  return rule.ok ? null : error(`${rule.problem.message} ${rule.problem.nextStep}`);
}

function checkRecordClass(text: string): SyntaxProblem | null {
  if (recordClasses.some((name) => name === text) || text === 'none') return null;
  const meant = text.toLowerCase().startsWith('metric')
    ? 'metric'
    : severities.find((severity) => text.toUpperCase().startsWith(severity));
  return error(`one of ${severities.join(', ')}, in capitals, or metric; none alone for nothing`, meant ?? null);
}

/** Empty texts are not given here. */
export function checkSyntax(text: string, syntax: Syntax): SyntaxProblem | null {
  switch (syntax) {
    case 'log-group':
      return checkLogGroup(text);
    case 'log-stream':
      return checkLogStream(text);
    case 'namespace':
      return checkNamespace(text);
    case 'dimensions':
      return checkDimensions(text);
    case 'topic':
      return checkTopic(text);
    case 'endpoint':
      return parseEndpoint(text) === null ? error('this is no http or https address') : null;
    case 'region':
      return checkRegion(text);
    case 'colour':
      return /^#[0-9a-fA-F]{6}$/.test(text) ? null : error('a colour is written "#rrggbb"');
    case 'severity':
      return checkSeverity(text);
    case 'numeric-rule':
      return checkNumericRule(text);
    case 'ros-namespace':
      return checkNamespaceOfRos(text);
    case 'network-interface':
      return checkInterface(text);
    case 'account-id':
      return checkAccountId(text);
    case 'redaction-rule':
      return checkRedactionRule(text);
    case 'record-class':
      return checkRecordClass(text);
    case 'group-tag': {
      const tag = parseGroupTag(text);
      return typeof tag === 'string' ? error(tag) : null;
    }
    default:
      return unreachable(syntax);
  }
}
