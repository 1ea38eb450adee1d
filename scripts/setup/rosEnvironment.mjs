// @ts-check
/**
 * A ROS 2 installation as the rest of set-up sees it. `env` holds only the variables that ROS needs and is laid over a
 * process's own environment; LD_LIBRARY_PATH in it must be there when a process starts.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} Ros
 * @property {'sourced' | 'opt' | 'embedded'} kind
 * @property {string} distro `jazzy`
 * @property {Record<string, string>} env
 * @property {string} python absolute path of a Python that can import rclpy with `env`
 * @property {string} basePrefix the folder whose `lib` holds librcl.so
 */

/**
 * The domain is left out: it belongs to a robot, not to an installation. PATH is left out because nothing that Tether runs
 * needs ROS's commands, and the user's own PATH must not be frozen into a file.
 */
const rosVariable =
  /^(ROS_(?!DOMAIN_ID$)\w+|AMENT_\w+|RMW_\w+|FASTRTPS_\w+|FASTDDS_\w+|CYCLONEDDS_\w+|COLCON_PREFIX_PATH|CMAKE_PREFIX_PATH|LD_LIBRARY_PATH|PYTHONPATH|LTTNG_\w+)$/;

/**
 * ROS's tracing library waits three seconds for a tracing daemon that answers, where its thread cannot start while the
 * library is being loaded: so it is in Electron's Node. It need not wait; a daemon that runs is found all the same.
 */
const unlessSet = { LTTNG_UST_REGISTER_TIMEOUT: '0' };

/**
 * @param {NodeJS.ProcessEnv} environment of a process in which ROS is sourced
 * @returns {Record<string, string>}
 */
export function pickRosVariables(environment) {
  /** @type {Record<string, string>} */
  const picked = { ...unlessSet };
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && value !== '' && rosVariable.test(name)) picked[name] = value;
  }
  return picked;
}

/**
 * @param {Record<string, string>} env
 * @returns {string[]} the prefixes, first has precedence
 */
export function amentPrefixes(env) {
  return (env['AMENT_PREFIX_PATH'] ?? '').split(path.delimiter).filter((prefix) => prefix !== '');
}

/**
 * @param {Record<string, string>} env
 * @returns {string | null} the prefix that holds ROS's C client library
 */
export function findBasePrefix(env) {
  return amentPrefixes(env).find((prefix) => existsSync(path.join(prefix, 'lib', 'librcl.so'))) ?? null;
}

/**
 * @param {Record<string, string>} env
 * @param {string} packageName
 * @returns {boolean} whether a package's interfaces are installed in one of the prefixes
 */
export function hasInterfaces(env, packageName) {
  return amentPrefixes(env).some((prefix) =>
    existsSync(path.join(prefix, 'share', 'ament_index', 'resource_index', 'rosidl_interfaces', packageName)),
  );
}

/**
 * `values` in front of a search path's entries, none twice.
 * @param {string[]} values
 * @param {string | undefined} searchPath
 */
export function prependToPath(values, searchPath) {
  const entries = [...values, ...(searchPath ?? '').split(path.delimiter)].filter((entry) => entry !== '');
  return [...new Set(entries)].join(path.delimiter);
}
