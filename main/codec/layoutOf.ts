import { parse } from '@foxglove/rosmsg';

/**
 * What decides how a ROS type's bytes lie: the fields of every definition with their types, in order; comments and
 * constants do not count. Null if the text does not parse.
 */
export function layoutOf(schemaText: string, ros: 'ros1' | 'ros2'): string | null {
  try {
    const definitions = parse(schemaText, { ros2: ros === 'ros2' });
    return JSON.stringify(
      definitions
        .map(({ name, definitions: fields }, index) => [
          index === 0 ? '' : (name ?? ''),
          fields
            .filter((field) => field.isConstant !== true)
            .map((field) => [field.type, field.name, field.isArray === true, field.arrayLength ?? null]),
        ])
        .sort(([left], [right]) => String(left).localeCompare(String(right))),
    );
  } catch {
    return null;
  }
}
