import { fail, succeed } from '../../model/Problem.js';
import type { Result } from '../../model/Problem.js';
import { entryKeyOf } from './meantBy.js';
import type { ParameterValue } from './ParameterValue.js';
import type { SectionName } from './parameters.js';
import type { ParsedRobotFile } from './parseRobotFile.js';
import { profileParameters, profileSection, profileVersion } from './profileKeys.js';
import { quoteText, renderValue } from './renderValue.js';

export interface ProfileText {
  readonly text: string;
  /** Parameters whose address named a user or a password, which the profile leaves out. */
  readonly withoutCredentials: readonly string[];
}

const head = `# A connection profile of Tether: how a robot is reached, and where its data goes. It holds no credentials.
# Import it on another laptop: tether config import THIS_FILE, or "Connect another robot" in the window.
`;

/**
 * A robot's name, colour and connection settings as one file, which is a ROS 2 parameter file like the robot's own. What counts is
 * written, also where it comes from the fleet's file. Problem: `bad-config` when the robot's file is not valid.
 */
export function profileText(name: string, { config, layered }: ParsedRobotFile): Result<ProfileText> {
  if (config === null) return fail('bad-config', `${name}.yaml is not valid.`, 'Mend the marked lines first.');
  const withoutCredentials: string[] = [];
  const lines: string[] = [`${profileSection}:`, '  ros__parameters:'];
  lines.push(`    version: ${profileVersion}`, `    name: ${quoteText(name)}`);
  let section: SectionName | null = null;
  for (const parameter of profileParameters) {
    const given = valueOf(parameter.section, parameter.key);
    if (given === null) continue;
    if (section !== parameter.section) lines.push('', `${parameter.section}:`, '  ros__parameters:');
    section = parameter.section;
    const value = bareOf(given);
    if (value !== given) withoutCredentials.push(`${parameter.section}.${parameter.key}`);
    lines.push(`    ${parameter.key}: ${renderValue(parameter, value, null)}`);
  }
  return succeed({ text: `${head}\n${lines.join('\n')}\n`, withoutCredentials });

  function valueOf(of: SectionName, key: string): ParameterValue | null {
    // A name's colour is the same everywhere, but the profile may be imported under another name.
    if (of === 'tether' && key === 'colour') return config?.colour ?? null;
    const value = layered.get(entryKeyOf(of, key))?.value ?? null;
    return Array.isArray(value) && value.length === 0 ? null : value;
  }
}

/** An address without the user and password before its `@`; everything else as it is. */
function bareOf(value: ParameterValue): ParameterValue {
  if (typeof value !== 'string') return value;
  const bare = value.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/@\s]*:[^/@\s]*@/i, '$1');
  return bare.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@\s]*@/i, '$1');
}
