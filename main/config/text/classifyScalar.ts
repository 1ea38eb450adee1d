/**
 * What a plain (unquoted) scalar is to the robot's own YAML reader, which is not what YAML 1.2 says.
 *
 * - `ros2`: rcl_yaml_param_parser, `get_value` in parse.c: words for booleans including `y` and `on`, then C's strtoll with
 *   base 0 (so `010` is 8 and `0x1F` 31), then strtod. `~` and `null` are texts.
 * - `ros1`: PyYAML's YAML 1.1, as `rosparam load` uses it: `1e3` is a text, `y` too, `~` is null.
 *
 * Tried against rcl_yaml_param_parser of Jazzy; see classifyScalar.test.ts.
 */
export type Dialect = 'ros2' | 'ros1';

export type ScalarValue =
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int' | 'double'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'null' };

const trueWords = new Set(['yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']);
const falseWords = new Set(['no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']);
const nullWords = new Set(['', '~', 'null', 'Null', 'NULL']);

const strtollPattern = /^[+-]?(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/;
const strtodPattern = /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/;
/** `.inf` and `.nan` as YAML has them, `inf`, `infinity` and `nan` as C has them. */
const notFinitePattern = /^[+-]?\.?(inf|nan)$|^[+-]?infinity$/i;

const yaml11IntPattern = /^[+-]?(0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)$/;
const yaml11FloatPattern = /^[+-]?([0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)([eE][+-][0-9]+)?$/;
const yaml11NotFinitePattern = /^[+-]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/;

const int64Max = 2n ** 63n - 1n;

/** A whole number as C and YAML 1.1 write it, or null when it does not fit 64 bits. */
function parseWhole(text: string): number | null {
  const negative = text.startsWith('-');
  const digits = text.replace(/^[+-]/, '').replaceAll('_', '');
  const octal = /^0[0-7]+$/.test(digits);
  const magnitude = BigInt(octal ? `0o${digits.slice(1)}` : digits.toLowerCase());
  if (magnitude > int64Max) return null;
  return Number(negative ? -magnitude : magnitude);
}

function parseNotFinite(text: string): number {
  if (/nan/i.test(text)) return NaN;
  return text.startsWith('-') ? -Infinity : Infinity;
}

function classifyNumber(text: string, dialect: Dialect): ScalarValue | null {
  const wholePattern = dialect === 'ros2' ? strtollPattern : yaml11IntPattern;
  const fractionPattern = dialect === 'ros2' ? strtodPattern : yaml11FloatPattern;
  const outOfRangePattern = dialect === 'ros2' ? notFinitePattern : yaml11NotFinitePattern;
  if (wholePattern.test(text)) {
    const value = parseWhole(text);
    return value === null ? { type: 'double', value: Number(text) } : { type: 'int', value };
  }
  if (fractionPattern.test(text)) return { type: 'double', value: Number(text.replaceAll('_', '')) };
  if (outOfRangePattern.test(text)) return { type: 'double', value: parseNotFinite(text) };
  return null;
}

/** Numbers longer than this are texts to us: no parameter needs them, and big ones take time. */
const numberLengthMax = 64;

export function classifyScalar(text: string, dialect: Dialect): ScalarValue {
  if (trueWords.has(text) || (dialect === 'ros2' && (text === 'y' || text === 'Y'))) {
    return { type: 'bool', value: true };
  }
  if (falseWords.has(text) || (dialect === 'ros2' && (text === 'n' || text === 'N'))) {
    return { type: 'bool', value: false };
  }
  if (text === '' || (dialect === 'ros1' && nullWords.has(text))) return { type: 'null' };
  const number = text.length <= numberLengthMax ? classifyNumber(text, dialect) : null;
  return number ?? { type: 'string', value: text };
}
