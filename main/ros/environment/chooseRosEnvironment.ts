import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';
import { fail, type Result, succeed } from '../../model/Problem.js';
import type { RosChoice } from '../../model/RobotConfig.js';
import { prebuiltNativeFile } from '../nativeFile.js';
import type { RosEnvironment } from '../toolchain.js';
import { distributionsRoot, findDistributions, findSetupScript } from './findDistributions.js';
import { sourceScripts } from './sourceScripts.js';

/** All that sourcing may need of this process; a sourced shell's own ROS must not mix with the chosen one. */
const kept = ['HOME', 'USER', 'LOGNAME', 'PATH', 'LANG', 'LC_ALL', 'TMPDIR', 'SHELL', 'TERM'] as const;

/** Variables by which ROS is handed on; the domain and the shell's own are left out. */
const rosVariable =
  /^(ROS_(?!DOMAIN_ID$)\w+|AMENT_\w+|RMW_\w+|FASTRTPS_\w+|FASTDDS_\w+|CYCLONEDDS_\w+|COLCON_PREFIX_PATH|CMAKE_PREFIX_PATH|LD_LIBRARY_PATH|PYTHONPATH|LTTNG_\w+)$/;

const monitoringMessages = 'ros_monitoring_msgs';

export interface ChoosingParts {
  /** What set-up found, or why there is nothing. */
  readonly found: Result<RosEnvironment>;
  /** This process's own environment. */
  readonly inherited: Readonly<Record<string, string | undefined>>;
  /** Where distributions are looked for; `/opt/ros`. */
  readonly root?: string;
  readonly signal?: AbortSignal;
}

/**
 * The ROS 2 environment that a robot file asks for: its distribution and its workspaces, sourced in a shell. With neither,
 * what set-up found.
 *
 * Problems: `no-distribution`, `no-setup-script`, `not-ros2`, `other-distribution`, `no-rclnodejs`, those of `sourceScripts`, and
 * that of `found` where nothing is chosen in its place.
 */
export async function chooseRosEnvironment(choice: RosChoice, parts: ChoosingParts): Promise<Result<RosEnvironment>> {
  const { found, inherited } = parts;
  if (choice.distribution === '' && choice.workspaces.length === 0) return found;
  if (choice.distribution === '' && !found.ok) return found;
  const scripts = findScripts(choice, parts.root ?? distributionsRoot);
  if (!scripts.ok) return scripts;
  // Workspaces alone are laid over what set-up found; a distribution begins anew.
  const below = choice.distribution === '' && found.ok ? found.value.variables : {};
  const shell = Object.fromEntries(
    kept.flatMap((name) => (inherited[name] === undefined ? [] : [[name, inherited[name]]])),
  );
  const how = parts.signal === undefined ? {} : { signal: parts.signal };
  const sourced = await sourceScripts(scripts.value, { ...shell, ...below }, how);
  if (!sourced.ok) return sourced;
  const variables = Object.fromEntries(Object.entries(sourced.value).filter(([name]) => rosVariable.test(name)));
  const distro = variables['ROS_DISTRO'] ?? '';
  const names = scripts.value.join(', then ');
  if (distro === '' || (variables['ROS_VERSION'] ?? '2') !== '2') {
    return fail(
      'not-ros2',
      distro === '' ? `after sourcing ${names} there is no ROS_DISTRO` : `${names} is ROS 1 (${distro})`,
      distro === ''
        ? 'Name a distribution too: `ros_distribution` in the robot file.'
        : 'Choose a ROS 2 distribution, or `source: ros1` in the robot file.',
    );
  }
  const asked = choice.distribution;
  if (asked !== '' && !asked.includes('/') && asked !== distro) {
    return fail(
      'other-distribution',
      `the robot file asks for ${asked}, and its workspaces are built for ${distro}`,
      `Build the workspaces with ${asked}, or write \`ros_distribution: ${distro}\`.`,
    );
  }
  return withNativeFile(distro, withMonitoringMessages(variables, distro, found), found);
}

function findScripts({ distribution, workspaces }: RosChoice, root: string): Result<readonly string[]> {
  const scripts: string[] = [];
  if (distribution !== '') {
    const place = distribution.includes('/') ? fromHome(distribution) : path.join(root, distribution);
    const script = findSetupScript(place);
    if (script === null) {
      const there = findDistributions(root);
      return fail(
        'no-distribution',
        `ROS 2 ${distribution} is not on this laptop: ${place} has no setup script`,
        there.length === 0
          ? `Install it (ros-${path.basename(distribution)}-ros-base), or leave \`ros_distribution\` out: then what set-up found is used.`
          : `Install it, or choose one that is there: ${there.join(', ')}.`,
      );
    }
    scripts.push(script);
  }
  for (const workspace of workspaces) {
    const script = findSetupScript(fromHome(workspace));
    if (script === null) {
      return fail(
        'no-setup-script',
        `the workspace ${workspace} has no install/setup.bash`,
        existsSync(fromHome(workspace))
          ? 'Build it on this laptop (colcon build), or take it out of `ros_workspaces` in the robot file.'
          : 'There is no such folder: correct `ros_workspaces` in the robot file.',
      );
    }
    scripts.push(script);
  }
  return succeed(scripts);
}

/** Set-up has built the message package for its own distribution: it serves wherever the chosen one lacks it. */
function withMonitoringMessages(
  variables: Readonly<Record<string, string>>,
  distro: string,
  found: Result<RosEnvironment>,
): Readonly<Record<string, string>> {
  if (!found.ok || found.value.distro !== distro || prefixWithMessages(variables) !== null) return variables;
  const prefix = prefixWithMessages(found.value.variables);
  if (prefix === null) return variables;
  const joined = (name: string, added: string): string => [variables[name], added].filter(Boolean).join(path.delimiter);
  return {
    ...variables,
    AMENT_PREFIX_PATH: joined('AMENT_PREFIX_PATH', prefix),
    LD_LIBRARY_PATH: joined('LD_LIBRARY_PATH', path.join(prefix, 'lib')),
  };
}

function prefixWithMessages(variables: Readonly<Record<string, string>>): string | null {
  const prefixes = (variables['AMENT_PREFIX_PATH'] ?? '').split(path.delimiter).filter((prefix) => prefix !== '');
  const index = ['share', 'ament_index', 'resource_index', 'rosidl_interfaces', monitoringMessages];
  return prefixes.find((prefix) => existsSync(path.join(prefix, ...index))) ?? null;
}

/** rclnodejs's native file is compiled for one distribution: that of set-up, or one that the package ships. */
function withNativeFile(
  distro: string,
  variables: Readonly<Record<string, string>>,
  found: Result<RosEnvironment>,
): Result<RosEnvironment> {
  const environment = { kind: 'chosen', distro, variables, python: 'python3' };
  if (found.ok && found.value.distro === distro) {
    const { python, rclnodejsBinaries } = found.value;
    return succeed({ ...environment, python, rclnodejsBinaries });
  }
  const [node, electron] = (['node', 'electron'] as const).map((runtime) => shipped(distro, runtime));
  if (typeof node === 'string' && typeof electron === 'string') {
    return succeed({ ...environment, rclnodejsBinaries: { node, electron } });
  }
  return fail(
    'no-rclnodejs',
    `rclnodejs is not built for ${distro}${found.ok ? `, only for ${found.value.distro}` : ''}`,
    `Source ${distro} in a terminal and run \`npm run setup\`: it builds it for the distribution that is sourced.`,
  );
}

function shipped(distro: string, runtime: 'node' | 'electron'): string | null {
  try {
    const packageFile = createRequire(import.meta.url).resolve('rclnodejs/package.json');
    return prebuiltNativeFile(path.dirname(packageFile), distro, runtime);
  } catch {
    return null;
  }
}

function fromHome(place: string): string {
  return place.replace(/^~(?=\/|$)/, homedir());
}
