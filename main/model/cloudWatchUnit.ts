/**
 * From the unit of a ros_monitoring_msgs/MetricData to CloudWatch's StandardUnit.
 *
 * Source: the constants of MetricData.msg, the conversion of the original CloudWatch metrics node, and the StandardUnit
 * values of the PutMetricData reference.
 */
export const standardUnits = [
  'Seconds',
  'Microseconds',
  'Milliseconds',
  'Bytes',
  'Kilobytes',
  'Megabytes',
  'Gigabytes',
  'Terabytes',
  'Bits',
  'Kilobits',
  'Megabits',
  'Gigabits',
  'Terabits',
  'Percent',
  'Count',
  'Bytes/Second',
  'Kilobytes/Second',
  'Megabytes/Second',
  'Gigabytes/Second',
  'Terabytes/Second',
  'Bits/Second',
  'Kilobits/Second',
  'Megabits/Second',
  'Gigabits/Second',
  'Terabits/Second',
  'Count/Second',
  'None',
] as const;

export type StandardUnit = (typeof standardUnits)[number];

const unitOfMessageUnit: ReadonlyMap<string, StandardUnit> = new Map<string, StandardUnit>([
  ['sec', 'Seconds'],
  ['msec', 'Milliseconds'],
  ['usec', 'Microseconds'],
  ['percent', 'Percent'],
  ['count', 'Count'],
  ['count_per_sec', 'Count/Second'],
  ['bytes', 'Bytes'],
  ['kilobytes', 'Kilobytes'],
  ['megabytes', 'Megabytes'],
  ['gigabytes', 'Gigabytes'],
  ['terabytes', 'Terabytes'],
  ['bytes_per_sec', 'Bytes/Second'],
  ['kilobytes_per_sec', 'Kilobytes/Second'],
  ['megabytes_per_sec', 'Megabytes/Second'],
  ['gigabytes_per_sec', 'Gigabytes/Second'],
  ['terabytes_per_sec', 'Terabytes/Second'],
  ['none', 'None'],
  ['', 'None'],
  ...standardUnits.map((unit) => [unit, unit] as const),
]);

/** CloudWatch's unit for a message's unit; `None` for one that is not known, which `isKnownUnit` tells apart. */
export function cloudWatchUnit(unit: string): StandardUnit {
  return unitOfMessageUnit.get(unit) ?? 'None';
}

/** False for a unit that CloudWatch has no counterpart for: the value is sent with `None`, and the page says so. */
export function isKnownUnit(unit: string): boolean {
  return unitOfMessageUnit.has(unit);
}
