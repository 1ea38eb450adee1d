import { isScalar } from 'yaml';
import type { Node } from 'yaml';
import { classifyScalar } from './classifyScalar.js';
import type { ParameterValue } from './ParameterValue.js';
import type { Parameter } from './parameters.js';

/** A text in double quotes. JSON's form is YAML's too, but for the characters that YAML 1.1 takes for line breaks or refuses. */
export function quoteText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** As the writer of `like` quotes; without a like, in double quotes. */
export function renderText(text: string, like: Node | null): string {
  const style = isScalar(like) ? like.type : undefined;
  const bare = /^[A-Za-z_][\w./-]*$/.test(text) && classifyScalar(text, 'ros2').type === 'string';
  const plainNull = /^null$/i.test(text);
  if (style === 'PLAIN' && bare && !plainNull && classifyScalar(text, 'ros1').type === 'string') return text;
  if (style === 'QUOTE_SINGLE' && /^[\u0020-\u007e\u00a0-\u024f]*$/.test(text))
    return `'${text.replaceAll("'", "''")}'`;
  return quoteText(text);
}

/** A number as the node of type `double` wants it: always with a point. */
export function renderDouble(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** One value in one line, as the robot's node wants it. `like` is what stands there now. */
export function renderValue(parameter: Parameter, value: ParameterValue, like: Node | null): string {
  if (typeof value === 'object') return `[${value.map((text) => renderText(text, null)).join(', ')}]`;
  if (typeof value === 'string') return renderText(value, like);
  if (typeof value === 'boolean') return String(value);
  return parameter.type === 'double' ? renderDouble(value) : String(value);
}
