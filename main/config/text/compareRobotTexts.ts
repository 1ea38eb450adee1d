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
  /** Null: not given, so its default counts. */
  readonly before: ParameterValue | null;
  readonly after: ParameterValue | null;
  readonly effect: Effect;
}

/** The parameters that differ, in the order of their table. */
export function compareRobotTexts(before: ParsedRobotFile, after: ParsedRobotFile): readonly ParameterDifference[] {
  return parameters.flatMap((parameter) => {
    const key = entryKeyOf(parameter.section, parameter.key);
    const [old, now] = [before.values.get(key) ?? null, after.values.get(key) ?? null];
    if (isSame(old, now)) return [];
    return [{ parameter, before: old, after: now, effect: effectOf(before, parameter, now) }];
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
        return before.values.get(name);
      },
    });
  const [old, now] = [configOf(false), configOf(true)];
  if (needsReconnect(old, now)) return 'reconnect';
  return isSame(old, now) && parameter.obeyedBy === 'robot' ? 'robot' : 'at-once';
}
