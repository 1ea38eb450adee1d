import type { Parameter } from '../../main/config/text/parameters.js';

/** Under which heading the form shows a parameter. */
export const formGroups = [
  'Robot',
  'Logs',
  'Metrics',
  'Sending',
  'Cache',
  'CloudWatch connection',
  'Finding the robot',
  "Robot's own node: logs",
  "Robot's own node: metrics",
  "Robot's own node: health",
] as const;
export type FormGroup = (typeof formGroups)[number];

const clientPrefix = 'aws_client_configuration.';

export function groupOf(parameter: Parameter): FormGroup {
  const { section, key } = parameter;
  if (section === 'tether') {
    if (/^(log_format|redact|log_retention_days|log_group_tags)$/.test(key)) return 'Logs';
    if (key === 'statistic_sets') return 'Metrics';
    if (/^(upload_order|upload_limit|metered|send_when_metered)$/.test(key)) return 'Sending';
    if (/^(cloud|profile|account_id|only_region)$/.test(key)) return 'CloudWatch connection';
    return isConnectionDetail(key) ? 'Finding the robot' : 'Robot';
  }
  if (section === 'health_metric_collector') return "Robot's own node: health";
  const isMetrics = section === 'cloudwatch_metrics_collector';
  // Tether has one connection and one size of segment: the logger's counts.
  const twin = isMetrics && (key.startsWith(clientPrefix) || key === 'maximum_file_size');
  if (parameter.obeyedBy === 'robot' || twin) {
    return isMetrics ? "Robot's own node: metrics" : "Robot's own node: logs";
  }
  if (key.startsWith(clientPrefix)) return 'CloudWatch connection';
  if (/^(storage_limit|maximum_file_size)$/.test(key)) return 'Cache';
  return isMetrics ? 'Metrics' : 'Logs';
}

function isConnectionDetail(key: string): boolean {
  return /^(rmw_|discovery_|static_peers|localhost_only|network_interface|fastdds_|cyclonedds_|ros_|foxglove_)/.test(
    key,
  );
}

/** Names for people where the key alone would not say it; by section and key, or by key. */
const labels: Readonly<Record<string, string>> = {
  'cloudwatch_logger publish_frequency': 'Upload lines every',
  'cloudwatch_metrics_collector publish_frequency': 'Upload values every',
  'cloudwatch_logger storage_limit': 'Cache limit, logs',
  'cloudwatch_metrics_collector storage_limit': 'Cache limit, metrics',
  source: 'Reached by',
  domain_id: 'ROS domain',
  namespace: 'Only namespace',
  ros_distribution: 'ROS 2 distribution',
  ros_workspaces: 'ROS 2 workspaces',
  network_interface: 'Network interface',
  localhost_only: 'On this laptop only',
  demo: 'Start the demo robot',
  cloud: 'Uploads go to',
  profile: 'AWS profile',
  account_id: 'Only this account',
  only_region: 'Only this region',
  rmw_implementation: 'ROS middleware',
  discovery_range: 'Discovery range',
  cyclonedds_uri: 'Cyclone DDS file',
  fastdds_profiles_file: 'Fast DDS file',
  ros_master_uri: 'ROS 1 master',
  ros_ip: 'Own ROS 1 address',
  foxglove_url: 'Foxglove address',
  log_group_name: 'Log group',
  log_stream_name: 'Log stream',
  sub_to_rosout: 'Take /rosout',
  topics: 'Further log topics',
  upload_order: 'Order of a backlog',
  upload_limit: 'Sends at most',
  metered: 'Metered link',
  send_when_metered: 'Sent on a metered link',
  log_retention_days: 'New log group kept',
  log_group_tags: 'Tags of a new log group',
  log_format: 'Written as',
  redact: 'Redaction rules',
  statistic_sets: 'Sum up dense metrics',
  min_log_verbosity: 'Send from severity',
  publish_topic_names: 'Add topic names',
  maximum_file_size: 'Segment size',
  aws_metrics_namespace: 'Namespace',
  aws_monitored_metric_topics: 'Metric topics',
  aws_default_metric_dimensions: 'Dimensions for all',
  storage_directory: "Robot's cache folder",
  robot_id: 'Robot id',
  interval: 'Measure every',
  verify_SSL: 'Check certificates',
  connect_timeout_ms: 'Longest wait to connect',
  request_timeout_ms: 'Longest wait for an answer',
  endpoint_override: 'Other address',
};

export function labelOf({ section, key }: Parameter): string {
  const name = key.slice(key.lastIndexOf('.') + 1);
  const known = labels[`${section} ${key}`] ?? labels[name];
  if (known !== undefined) return known;
  const words = name.replace(/_(ms|s)$/, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
