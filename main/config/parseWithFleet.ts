import { fleetName } from '../model/fleetFile.js';
import type { FleetFile } from '../seams/RobotFiles.js';
import { parseRobotFile, type ParsedRobotFile } from './text/parseRobotFile.js';

/** A robot's text above the fleet's file, where there is one. */
export function parseWithFleet(name: string, text: string, fleet: FleetFile | null): ParsedRobotFile {
  return parseRobotFile(name, text, fleet === null ? null : parseRobotFile(fleetName, fleet.text));
}
