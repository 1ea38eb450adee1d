import { isRobotName } from './RobotName.js';

/**
 * Names the fleet's file as a robot's name names its own: `@fleet.yaml` beside the robots' files holds what all of them have in
 * common. No robot can have this name.
 */
export const fleetName = '@fleet';

/** A robot's name, or the fleet's. */
export function isRobotFileName(text: string): boolean {
  return text === fleetName || isRobotName(text);
}
