import { editRobotText } from './editRobotText.js';
import { parameters } from './parameters.js';
import type { ParsedRobotFile } from './parseRobotFile.js';
import { entryKeyOf } from './meantBy.js';
import { applyChanges } from './spotsInText.js';

/**
 * A new robot's text without the lines that would hide what the fleet's file says. How the robot is reached and what its stream
 * is called are its own.
 */
export function leaveToFleet(text: string, fleet: ParsedRobotFile): string {
  let left = text;
  for (const { section, key } of parameters) {
    if (section === 'tether' || key === 'log_stream_name' || !fleet.layered.has(entryKeyOf(section, key))) continue;
    const changes = editRobotText(left, { section, key, value: null });
    if (changes.ok) left = applyChanges(left, changes.value);
  }
  return left;
}
