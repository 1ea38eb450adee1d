import { parseRobotFile, type ParsedRobotFile } from '../config/text/parseRobotFile.js';
import { fleetName } from '../model/fleetFile.js';
import type { RobotFile } from '../seams/RobotFiles.js';

/** A text of this robot, above the fleet's file as it was read with the robot's. */
export function parseWithFleet({ name, fleet }: RobotFile, text: string): ParsedRobotFile {
  return parseRobotFile(name, text, fleet === null ? null : parseRobotFile(fleetName, fleet.text));
}
