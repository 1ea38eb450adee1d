import { succeed } from '../../model/Problem.js';
import type { Result } from '../../model/Problem.js';
import { editRobotText } from './editRobotText.js';
import { entryKeyOf } from './meantBy.js';
import type { Profile } from './parseProfile.js';
import { profileParameters } from './profileKeys.js';
import { applyChanges } from './spotsInText.js';

/**
 * A robot's text with the connection settings of a profile: its values set, and those that it does not give taken out, so that the
 * fleet's or the default counts. Everything else of the text stays as it is. Problems: those of `editRobotText`.
 */
export function applyProfile(text: string, { values }: Profile): Result<string> {
  let now = text;
  for (const { section, key } of profileParameters) {
    const changes = editRobotText(now, { section, key, value: values.get(entryKeyOf(section, key)) ?? null });
    if (!changes.ok) return changes;
    now = applyChanges(now, changes.value);
  }
  return succeed(now);
}
