import { fleetName } from '../model/fleetFile.js';
import type { RobotFiles } from '../seams/RobotFiles.js';
import { type NewRobot, newRobotText } from './newRobotText.js';
import { leaveToFleet } from './text/leaveToFleet.js';
import { parseRobotFile } from './text/parseRobotFile.js';

/** The template for this robot, without what would hide what the fleet's file says. */
export async function textForNewRobot(files: RobotFiles, robot: NewRobot): Promise<string> {
  const fleet = await files.read(fleetName);
  const whole = newRobotText(robot);
  return fleet.ok ? leaveToFleet(whole, parseRobotFile(fleetName, fleet.value.text)) : whole;
}
