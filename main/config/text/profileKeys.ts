import { parameters } from './parameters.js';
import type { Parameter } from './parameters.js';

/** Of `tether`: who the robot is, how it is reached, and which account its data goes to. */
const ownKeys = new Set([
  ...['source', 'domain_id', 'namespace', 'cloud', 'profile', 'account_id', 'colour'],
  ...['ros_distribution', 'ros_workspaces', 'network_interface', 'rmw_implementation', 'discovery_range'],
  ...['localhost_only', 'static_peers', 'discovery_server', 'fastdds_profiles_file', 'cyclonedds_uri'],
  ...['ros_master_uri', 'ros_ip', 'foxglove_url', 'replay_path', 'replay_speed'],
]);
/**
 * Of both nodes' `aws_client_configuration`, those that Tether obeys, but for the proxy and the authorities of the network that a laptop
 * is in: they are another's on another laptop, and a proxy has a user and a password.
 */
const clientKeys = new Set(
  ['region', 'endpoint_override', 'connect_timeout_ms', 'request_timeout_ms', 'max_connections'].map(
    (name) => `aws_client_configuration.${name}`,
  ),
);

/** The parameters of a connection profile, in the order of their table. */
export const profileParameters: readonly Parameter[] = parameters.filter(({ section, key }) => {
  if (section === 'tether') return ownKeys.has(key);
  return section !== 'health_metric_collector' && clientKeys.has(key);
});

/** The node that a profile's own facts stand under: no node of a robot has this name. */
export const profileSection = 'tether_profile';
export const profileVersion = 1;
