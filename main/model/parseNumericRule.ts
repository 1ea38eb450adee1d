import { diagnosticArrayName, type NumericRule, numericTypeNames } from './NumericRule.js';
import { fail, type Result, succeed } from './Problem.js';

/**
 * One line of `numeric_topics`: `TOPIC TYPE FIELD [NAME [UNIT [SCALE]]]`, or `TOPIC diagnostic_msgs/msg/DiagnosticArray`. The name is
 * the field's when it is not given, the unit `none`, the scale 1. The topic stays as written: a relative one lies in the robot's namespace.
 */
export function parseNumericRule(text: string): Result<NumericRule> {
  const [topic = '', type = '', field = '', name, unit = 'none', scaleText = '1', ...rest] = text.trim().split(/\s+/);
  if (!/^\/?[A-Za-z_][A-Za-z0-9_]*(\/[A-Za-z_][A-Za-z0-9_]*)*$/.test(topic))
    return wrong(`"${topic}" is no topic name`);
  const writtenName = type.replace(/^([A-Za-z0-9_]+)\/([A-Za-z0-9]+)$/, '$1/msg/$2');
  const schemaName = numericTypeNames.find((each) => each === writtenName);
  if (schemaName === undefined) {
    return wrong(type === '' ? 'the type is missing' : `${type} is none of ${numericTypeNames.join(', ')}`);
  }
  if (schemaName === diagnosticArrayName) {
    if (field !== '') return wrong('a DiagnosticArray has names of its own: nothing follows the type');
    return succeed({ topic, schemaName, field: '', name: '', unit: 'none', scale: 1 });
  }
  if (!/^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/.test(field)) return wrong('the field is missing');
  const scale = Number(scaleText);
  if (!Number.isFinite(scale) || scale === 0) return wrong(`"${scaleText}" is no scale`);
  if (rest.length > 0) return wrong(`"${rest.join(' ')}" is too much`);
  return succeed({ topic, schemaName, field, name: name ?? field, unit, scale });
}

function wrong(message: string): Result<never> {
  return fail(
    'numeric-rule',
    message,
    'Write TOPIC TYPE FIELD [NAME [UNIT [SCALE]]]: "/battery_state sensor_msgs/msg/BatteryState percentage battery_charge percent 100".',
  );
}
