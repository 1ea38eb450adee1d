import type { RobotConfig } from './RobotConfig.js';

/** Whether the connection to the robot must be made anew for `after` to hold; all else is taken over at once. */
export function needsReconnect(before: RobotConfig, after: RobotConfig): boolean {
  return JSON.stringify(connectionOf(before)) !== JSON.stringify(connectionOf(after));
}

function connectionOf({ source, logs, metrics }: RobotConfig): unknown {
  return [source, logs.topics, logs.subscribeRosout, metrics.topics];
}
