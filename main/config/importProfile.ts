import { fail, succeed } from '../model/Problem.js';
import type { Result } from '../model/Problem.js';
import { isRobotName } from '../model/RobotName.js';
import type { RobotFiles } from '../seams/RobotFiles.js';
import { textForNewRobot } from './textForNewRobot.js';
import { applyProfile } from './text/applyProfile.js';
import { parseProfile } from './text/parseProfile.js';

export interface ProfileImport {
  readonly text: string;
  /** In place of the profile's own; null: that. */
  readonly name: string | null;
  /** A robot of this name gets the profile's connection settings; without it, it is refused (`robot-exists`). */
  readonly replace: boolean;
}

export interface ImportedProfile {
  readonly robot: string;
  readonly isNew: boolean;
  /** Null for a new robot. */
  readonly before: string | null;
  readonly text: string;
  /** Of what `before` was read from. */
  readonly revision: string | null;
}

/**
 * What importing a profile would write: a new robot's file, or that of a robot of this name with its connection settings replaced.
 * Problems: `bad-profile` with line and column, `bad-name`, `robot-exists`, those of reading and editing.
 */
export async function planProfileImport(files: RobotFiles, asked: ProfileImport): Promise<Result<ImportedProfile>> {
  const { issues, profile } = parseProfile(asked.text);
  if (profile === null) {
    const first = issues.find(({ severity }) => severity === 'error');
    const place = first === undefined ? '' : ` Line ${first.line}, column ${first.column}: ${first.message}.`;
    return fail('bad-profile', `The profile is not valid.${place}`, 'Mend that line, or export the profile again.');
  }
  const robot = asked.name ?? profile.name;
  if (!isRobotName(robot)) {
    const rule = 'Use letters, digits, ".", "_" and "-", at most 64, not beginning with a dot.';
    return fail('bad-name', `${JSON.stringify(robot.slice(0, 80))} is no robot name.`, rule);
  }
  const there = await files.read(robot);
  if (!there.ok && there.problem.code !== 'no-such-robot') return there;
  if (there.ok && !asked.replace) {
    const nextStep = 'Import it under another name, or let the connection settings of that robot be replaced.';
    return fail('robot-exists', `There is already a robot ${robot}.`, nextStep);
  }
  const before = there.ok ? there.value.text : await textForNewRobot(files, { name: robot, domainId: 0, cloud: 'aws' });
  const text = applyProfile(before, profile);
  if (!text.ok) return text;
  const known = there.ok ? { before, revision: there.value.revision } : { before: null, revision: null };
  return succeed({ robot, isNew: !there.ok, text: text.value, ...known });
}

/** Plans it and writes it. */
export async function importProfile(files: RobotFiles, asked: ProfileImport): Promise<Result<ImportedProfile>> {
  const plan = await planProfileImport(files, asked);
  if (!plan.ok || plan.value.before === plan.value.text) return plan;
  const written = await files.write(plan.value.robot, plan.value.text, plan.value.revision);
  return written.ok ? plan : written;
}
