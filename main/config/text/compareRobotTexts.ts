import { needsReconnect } from '../../model/needsReconnect.js';
import { buildRobotConfig } from './buildRobotConfig.js';
import { entryKeyOf } from './meantBy.js';
import { parameters } from './parameters.js';
import type { Parameter, SectionName } from './parameters.js';
import type { ParameterValue } from './ParameterValue.js';
import type { ParsedRobotFile } from './parseRobotFile.js';

/**
 * When a change counts:
 *
 * - `at-once`: as soon as it is applied
 * - `reconnect`: the connection to the robot is made anew; what is on disk stays
 * - `robot`: Tether has no counterpart; the robot's node obeys it when it is started with the file
 */
export type Effect = 'at-once' | 'reconnect' | 'robot';

export interface ParameterDifference {
  readonly parameter: Parameter;
  /** What counts, also when it comes from the fleet's file. Null: not given, so its default counts. */
  readonly before: ParameterValue | null;
  readonly after: ParameterValue | null;
  /** What the second text itself gives. */
  readonly ownAfter: ParameterValue | null;
  readonly effect: Effect;
}

/** The parameters whose value that counts differs, in the order of their table. */
export function compareRobotTexts(before: ParsedRobotFile, after: ParsedRobotFile): readonly ParameterDifference[] {
  return parameters.flatMap((parameter) => {
    const key = entryKeyOf(parameter.section, parameter.key);
    const [old, now] = [before.layered.get(key)?.value ?? null, after.layered.get(key)?.value ?? null];
    if (isSame(old, now)) return [];
    const ownAfter = after.values.get(key) ?? null;
    return [{ parameter, before: old, after: now, ownAfter, effect: effectOf(before, parameter, now) }];
  });
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What becomes of the configuration when this parameter alone changes. */
function effectOf(before: ParsedRobotFile, parameter: Parameter, value: ParameterValue | null): Effect {
  const changed = entryKeyOf(parameter.section, parameter.key);
  const configOf = (isChanged: boolean) =>
    buildRobotConfig('robot', {
      dialect: before.dialect,
      get: (section: SectionName, key: string) => {
        const name = entryKeyOf(section, key);
        if (isChanged && name === changed) return value ?? undefined;
        return before.layered.get(name)?.value;
      },
    });
  const [old, now] = [configOf(false), configOf(true)];
  if (needsReconnect(old, now)) return 'reconnect';
  return isSame(old, now) && parameter.obeyedBy === 'robot' ? 'robot' : 'at-once';
}
