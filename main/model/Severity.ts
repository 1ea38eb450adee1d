/**
 * The five severities that ROS 1 and ROS 2 share. Order matters: the index in `severities` is the rank.
 *
 * Sources: rcl_interfaces/msg/Log (10, 20, 30, 40, 50) and rosgraph_msgs/Log (1, 2, 4, 8, 16).
 */
export const severities = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;

export type Severity = (typeof severities)[number];

/** What a person wants to know of at once: sent first, and also where sending costs unless the robot file says otherwise. */
export const urgentSeverities: readonly Severity[] = ['ERROR', 'FATAL'];

/** What records are told apart by where metrics, which have no severity, are among them. */
export const recordClasses = [...severities, 'metric'] as const;

export type RecordClass = (typeof recordClasses)[number];

/** 0 (DEBUG) to 4 (FATAL). */
export function severityRank(severity: Severity): number {
  return severities.indexOf(severity);
}

/**
 * The severity of a ROS 2 level. Levels between the named ones belong to the named one below, as rcutils treats them;
 * a level under DEBUG (0 is UNSET) is DEBUG.
 */
export function severityOfRos2Level(level: number): Severity {
  if (level >= 50) return 'FATAL';
  if (level >= 40) return 'ERROR';
  if (level >= 30) return 'WARN';
  if (level >= 20) return 'INFO';
  return 'DEBUG';
}

/** The level that ROS 2 gives to it. */
export function ros2LevelOf(severity: Severity): number {
  return 10 * (severityRank(severity) + 1);
}

/** The severity of a ROS 1 level (a bit: 1, 2, 4, 8 or 16). */
export function severityOfRos1Level(level: number): Severity {
  if (level >= 16) return 'FATAL';
  if (level >= 8) return 'ERROR';
  if (level >= 4) return 'WARN';
  if (level >= 2) return 'INFO';
  return 'DEBUG';
}
