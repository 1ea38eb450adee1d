import { compareRobotTexts, type ParameterDifference } from '../config/text/compareRobotTexts.js';
import type { ParsedRobotFile } from '../config/text/parseRobotFile.js';

/** A parameter that a command changes, as its `--json` has it; null is "not given: the default counts". */
export interface ParameterChange extends Pick<ParameterDifference, 'before' | 'after' | 'effect'> {
  readonly section: string;
  readonly key: string;
}

export function parameterChanges(from: ParsedRobotFile, to: ParsedRobotFile): readonly ParameterChange[] {
  return compareRobotTexts(from, to).map(({ parameter: { section, key }, before, after, effect }) => {
    return { section, key, before, after, effect };
  });
}

/** `tether.domain_id: 7 -> 9` */
export function changeLine({ section, key, before, after }: ParameterChange): string {
  return `${section}.${key}: ${words(before)} -> ${words(after)}`;
}

function words(value: unknown): string {
  return value === null ? '(default)' : JSON.stringify(value);
}
