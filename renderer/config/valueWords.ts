import type { Parameter } from '../../main/config/text/parameters.js';
import type { ParameterValue } from '../../main/config/text/ParameterValue.js';
import { formatWithUnit } from './quantity.js';

/** A value for people; null is its default. */
export function valueWords(parameter: Parameter, value: ParameterValue | null): string {
  if (value === null) {
    const standard = parameter.default;
    const words = standard === null || standard === '' ? '' : `: ${valueWords(parameter, standard)}`;
    return `default${words}`;
  }
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number') return formatWithUnit(value, parameter.unit);
  if (typeof value === 'string') return value === '' ? 'empty' : value;
  return value.length === 0 ? 'none' : value.join(', ');
}
