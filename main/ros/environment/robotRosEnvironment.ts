import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fail, type Result, succeed } from '../../model/Problem.js';
import type { SourceConfig } from '../../model/RobotConfig.js';
import type { RosEnvironment } from '../toolchain.js';
import { chooseRosEnvironment, type ChoosingParts } from './chooseRosEnvironment.js';
import { networkProfile } from './networkProfile.js';

/** Asks for the environment anew at each connection: a workspace may have been built meanwhile, a cable plugged in. */
export type RosEnvironmentAsk = (signal: AbortSignal) => Promise<Result<RosEnvironment>>;

export type RosParts = ChoosingParts & { readonly profileFile: string };

type Wishes = Pick<SourceConfig, 'ros' | 'networkInterface' | 'environment'>;

/** Distributions whose Fast DDS is older than 2.14. */
const withoutNetmaskFilter: ReadonlySet<string> = new Set(['foxy', 'galactic', 'humble', 'iron']);

/** Variables that a generated profile would be at odds with. */
const ownProfiles = ['FASTDDS_DEFAULT_PROFILES_FILE', 'CYCLONEDDS_URI'] as const;

/**
 * Everything ROS 2 about one robot, from its file: distribution, workspaces, and the profile of its network interface, which
 * is written to `profileFile`. Problems: those of `chooseRosEnvironment` and `networkProfile`, `two-profiles`, `no-profile`.
 */
export async function robotRosEnvironment(wishes: Wishes, parts: RosParts): Promise<Result<RosEnvironment>> {
  const chosen = await chooseRosEnvironment(wishes.ros, parts);
  if (!chosen.ok || wishes.networkInterface === '') return chosen;
  const own = ownProfiles.find((name) => wishes.environment[name] !== undefined);
  if (own !== undefined) {
    return fail(
      'two-profiles',
      `the robot file has both network_interface and ${own}: DDS reads one profile`,
      'Take one of them out, and name the interface in the profile that stays.',
    );
  }
  // Addresses that a person named may lie behind a router.
  const namesAddresses = ['ROS_STATIC_PEERS', 'ROS_DISCOVERY_SERVER'].some((name) => wishes.environment[name]);
  const sameNetworkOnly = !namesAddresses && !withoutNetmaskFilter.has(chosen.value.distro);
  const profile = networkProfile(wishes.networkInterface, sameNetworkOnly);
  if (!profile.ok) return profile;
  try {
    await mkdir(path.dirname(parts.profileFile), { recursive: true });
    await writeFile(parts.profileFile, profile.value.fastDds);
  } catch (error) {
    return fail('no-profile', `${parts.profileFile} cannot be written: ${String(error)}`, 'Make room on the disk.');
  }
  const variables = {
    ...chosen.value.variables,
    FASTDDS_DEFAULT_PROFILES_FILE: parts.profileFile,
    // As Fast DDS 2.6 (Humble) calls it.
    FASTRTPS_DEFAULT_PROFILES_FILE: parts.profileFile,
    CYCLONEDDS_URI: profile.value.cyclone,
  };
  return succeed({ ...chosen.value, variables });
}
