import { fail, succeed } from '../../model/Problem.js';
import type { Result } from '../../model/Problem.js';
import { nearestName } from './nearestName.js';
import { parameters } from './parameters.js';
import type { Parameter } from './parameters.js';
import type { ParameterValue } from './ParameterValue.js';

/** The parameter of a name: `cloudwatch_logger.log_group_name`, or the key alone where only one section has it. */
export function parameterNamed(name: string): Result<Parameter> {
  const found = parameters.filter(({ section, key }) => name === key || name === `${section}.${key}`);
  const [first] = found;
  if (first !== undefined && found.length === 1) return succeed(first);
  if (found.length > 1) {
    const names = found.map(({ section, key }) => `${section}.${key}`).join(' or ');
    return fail('which-parameter', `${name} stands in several sections.`, `Say which: ${names}.`);
  }
  const known = new Set(parameters.flatMap(({ section, key }) => [key, `${section}.${key}`]));
  const near = nearestName(name, known);
  const nextStep = near === null ? 'See the Config desk, or docs of the original nodes.' : `Do you mean ${near}?`;
  return fail('no-such-parameter', `There is no parameter ${name}.`, nextStep);
}

/** A value as a person writes it on one line; lists with commas. The parameter's own rules are checked elsewhere. */
export function parseParameterText(parameter: Parameter, text: string): Result<ParameterValue> {
  const wrong = (wanted: string): Result<ParameterValue> =>
    fail('bad-value', `${parameter.key} takes ${wanted}, not "${text}".`, parameter.meaning);
  switch (parameter.type) {
    case 'bool':
      return text === 'true' || text === 'false' ? succeed(text === 'true') : wrong('true or false');
    case 'int':
    case 'double': {
      const value = text.trim() === '' ? NaN : Number(text);
      return Number.isFinite(value) ? succeed(value) : wrong('a number');
    }
    case 'string':
      return succeed(text);
    case 'string[]':
      return succeed(
        text
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== ''),
      );
  }
}
