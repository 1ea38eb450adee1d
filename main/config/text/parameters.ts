import { retentionDaysAllowed } from '../../model/NewGroups.js';

/**
 * Every parameter of a robot file: the only source of its checks, defaults, form and help.
 *
 * Keys, types, units and defaults of the last three sections are those of the original nodes (aws-robotics
 * cloudwatchlogs-ros2 3.0.1, cloudwatchmetrics-ros2 3.0.1, health-metrics-collector-ros2 3.0.1 and their ROS 1
 * counterparts, which share them). Plain data, so that it can cross a border to the page. A nested key is written with a
 * dot, as ROS 2 names it.
 */
export const sectionNames = [
  'tether',
  'cloudwatch_logger',
  'cloudwatch_metrics_collector',
  'health_metric_collector',
] as const;

export type SectionName = (typeof sectionNames)[number];

/** Rules on a text that need more than a pattern; see checkSyntax.ts. */
export type Syntax =
  | 'log-group'
  | 'log-stream'
  | 'namespace'
  | 'dimensions'
  | 'topic'
  | 'endpoint'
  | 'region'
  | 'colour'
  | 'severity'
  | 'numeric-rule'
  | 'ros-namespace'
  | 'network-interface'
  | 'redaction-rule'
  | 'account-id'
  | 'record-class'
  | 'group-tag';

interface ParameterBase {
  readonly section: SectionName;
  readonly key: string;
  /** Unit of the value as it stands in the file; empty when it has none. */
  readonly unit: string;
  /** What it does, for a person, in one or two sentences. */
  readonly meaning: string;
  /** `robot`: only the robot's own node obeys it, Tether has no counterpart. */
  readonly obeyedBy: 'both' | 'robot';
}

export interface BoolParameter extends ParameterBase {
  readonly type: 'bool';
  readonly default: boolean;
}

export interface NumberParameter extends ParameterBase {
  readonly type: 'int' | 'double';
  /** Null: unset. */
  readonly default: number | null;
  /** Both included. */
  readonly min: number;
  readonly max: number;
  readonly choices: readonly number[] | null;
  /** The ROS 1 node reads a double where the ROS 2 node wants a whole number: both are taken. */
  readonly wholeInRos2Only: boolean;
}

export interface StringParameter extends ParameterBase {
  readonly type: 'string';
  readonly default: string;
  readonly choices: readonly string[] | null;
  readonly syntax: Syntax | null;
  readonly mayBeEmpty: boolean;
}

export interface StringListParameter extends ParameterBase {
  readonly type: 'string[]';
  readonly default: readonly string[];
  /** Of each element. */
  readonly syntax: Syntax | null;
}

export type Parameter = BoolParameter | NumberParameter | StringParameter | StringListParameter;

/** Longest text that any parameter takes, characters. */
export const stringLengthMax = 4096;
/** Most elements of a list parameter. */
export const listLengthMax = 256;

type Optional<P, K extends keyof P> = Omit<P, K | 'type' | 'section' | 'key'> & Partial<Pick<P, K>>;

function describe(section: SectionName) {
  const base = { section, unit: '', obeyedBy: 'both' } as const;
  return {
    bool: (key: string, facts: Optional<BoolParameter, 'unit' | 'obeyedBy'>): Parameter => ({
      ...base,
      type: 'bool',
      key,
      ...facts,
    }),
    int: (
      key: string,
      facts: Optional<NumberParameter, 'unit' | 'obeyedBy' | 'choices' | 'wholeInRos2Only'>,
    ): Parameter => ({ ...base, choices: null, wholeInRos2Only: false, type: 'int', key, ...facts }),
    double: (
      key: string,
      facts: Optional<NumberParameter, 'unit' | 'obeyedBy' | 'choices' | 'wholeInRos2Only'>,
    ): Parameter => ({ ...base, choices: null, wholeInRos2Only: false, type: 'double', key, ...facts }),
    string: (
      key: string,
      facts: Optional<StringParameter, 'unit' | 'obeyedBy' | 'choices' | 'syntax' | 'mayBeEmpty'>,
    ): Parameter => ({ ...base, choices: null, syntax: null, mayBeEmpty: false, type: 'string', key, ...facts }),
    list: (key: string, facts: Optional<StringListParameter, 'unit' | 'obeyedBy' | 'syntax'>): Parameter => ({
      ...base,
      syntax: null,
      type: 'string[]',
      key,
      ...facts,
    }),
  };
}

const periodMaxS = 86_400;
const kilobytesMax = 1_073_741_824;
const milliseconds = { min: 1, max: 3_600_000, unit: 'ms' };
const queue = { min: 1, max: 10_000_000, obeyedBy: 'robot' } as const;

const tether = describe('tether');

const tetherParameters: readonly Parameter[] = [
  tether.string('source', {
    default: 'ros2',
    choices: ['ros2', 'ros1', 'foxglove', 'replay'],
    meaning:
      'How Tether reaches the robot: ROS 2 over DDS, a ROS 1 master, a Foxglove WebSocket, or files that are replayed.',
  }),
  tether.int('domain_id', {
    default: 0,
    min: 0,
    max: 232,
    meaning: 'ROS_DOMAIN_ID of the robot. Tether and the robot must agree.',
  }),
  tether.string('namespace', {
    default: '',
    mayBeEmpty: true,
    syntax: 'ros-namespace',
    meaning:
      'Takes only what is below this ROS namespace, for several robots on one domain: lines of its nodes, and topics written without a leading "/". Empty: everything.',
  }),
  tether.list('numeric_topics', {
    default: [],
    syntax: 'numeric-rule',
    meaning:
      'Topics of plain numbers that become metrics (ROS 2: by DDS, Foxglove or from bags), each "TOPIC TYPE FIELD [NAME [UNIT [SCALE]]]"; of a DiagnosticArray the topic and the type.',
  }),
  tether.bool('demo', { default: false, meaning: 'Starts the demo robot, a real ROS 2 process, on this domain.' }),
  tether.string('cloud', {
    default: 'aws',
    choices: ['aws', 'local'],
    meaning: 'Where uploads go: Amazon CloudWatch, or the CloudWatch on this laptop (local), for trying things out.',
  }),
  tether.string('profile', {
    default: '',
    mayBeEmpty: true,
    meaning:
      "AWS profile of ~/.aws to use. Empty: the SDK's usual search (environment, default profile, SSO, instance).",
  }),
  tether.string('account_id', {
    default: '',
    mayBeEmpty: true,
    syntax: 'account-id',
    meaning:
      'The only AWS account that uploads may go to, twelve digits in quotes. With credentials of another one nothing is sent. Empty: any account.',
  }),
  tether.string('only_region', {
    default: '',
    mayBeEmpty: true,
    syntax: 'region',
    meaning:
      'The only AWS region that uploads may go to. Records keep the region of the robot file from when they were taken, and without one go where AWS_REGION of the laptop says: what would go to another region than this is held. Empty: any region.',
  }),
  tether.string('upload_order', {
    default: 'newest_first',
    choices: ['newest_first', 'oldest_first'],
    meaning:
      'What goes first when much waits: the newest, so that live lines stay ahead, or the oldest, so that CloudWatch fills up in the order of time and live lines wait for all before them.',
  }),
  tether.double('upload_limit', {
    default: 0,
    min: 0,
    max: 1_000_000,
    unit: 'kB/s',
    meaning:
      'Most that this robot sends, in thousand bytes a second on the wire (compressed). 0: no limit of its own; one for the whole laptop may hold beside it.',
  }),
  tether.string('metered', {
    default: 'laptop',
    choices: ['laptop', 'always', 'never'],
    meaning:
      'Whether the link counts as metered, so that only a flush and what send_when_metered names is sent: laptop (as its switch, or NetworkManager, says), or for this robot always or never. What goes to the CloudWatch on this laptop counts only with always.',
  }),
  tether.list('send_when_metered', {
    default: ['ERROR', 'FATAL'],
    syntax: 'record-class',
    meaning:
      'What goes by itself on a metered link all the same: severities (ERROR and FATAL unless set), and metric. All else waits for a flush, or for a link that is not metered. ["none"]: nothing goes by itself.',
  }),
  tether.int('log_retention_days', {
    default: 0,
    min: 0,
    max: 3653,
    choices: [0, ...retentionDaysAllowed],
    unit: 'days',
    meaning:
      'How long CloudWatch keeps the lines of a log group that Tether makes. 0: for ever. A group that is there already keeps its own.',
  }),
  tether.list('log_group_tags', {
    default: [],
    syntax: 'group-tag',
    meaning: 'Tags of a log group that Tether makes, each "key=value", for instance ["team=field", "cost=rovers"].',
  }),
  tether.string('log_format', {
    default: 'text',
    choices: ['text', 'json'],
    meaning:
      'How a line is written in CloudWatch: text, as the original node did, or json, whose fields (level, node, message, file, function, line, topic, robot, stamp) Logs Insights finds by itself.',
  }),
  tether.bool('statistic_sets', {
    default: false,
    meaning:
      'Sends the values that a metric has within one minute (one second at a storage_resolution of 1) as one: their number, sum, least and greatest, exact. Saves requests where a metric is dense; percentiles are then not known.',
  }),
  tether.list('redact', {
    default: [],
    syntax: 'redaction-rule',
    meaning:
      'Words that never leave this laptop in a line: "PATTERN => REPLACEMENT", each a regular expression (RE2), one after the other. What is on disk stays as it is; metrics are not changed.',
  }),
  tether.string('colour', {
    default: '',
    mayBeEmpty: true,
    syntax: 'colour',
    meaning: 'Colour of the robot in the list, "#rrggbb". Empty: picked from its name.',
  }),
  tether.string('ros_distribution', {
    default: '',
    mayBeEmpty: true,
    meaning:
      'ROS 2 that this robot is received with: a name in /opt/ros, for instance humble, or the path of a setup script. Empty: the one that set-up found.',
  }),
  tether.list('ros_workspaces', {
    default: [],
    meaning:
      "Workspaces on this laptop that are sourced over it, in this order (folders with install/setup.bash): for the robot's own message packages.",
  }),
  tether.string('network_interface', {
    default: '',
    mayBeEmpty: true,
    syntax: 'network-interface',
    meaning:
      'The one network interface that DDS may use, for instance eth0: with Wi-Fi and the tether both up, DDS may choose the wrong one. Empty: all.',
  }),
  tether.string('rmw_implementation', {
    default: '',
    mayBeEmpty: true,
    meaning: 'RMW_IMPLEMENTATION for the connection, for instance rmw_cyclonedds_cpp. Empty: that of this laptop.',
  }),
  tether.string('discovery_range', {
    default: '',
    mayBeEmpty: true,
    choices: ['', 'SUBNET', 'LOCALHOST', 'OFF', 'SYSTEM_DEFAULT'],
    meaning: 'ROS_AUTOMATIC_DISCOVERY_RANGE: how far to look for the robot. Empty: that of this laptop.',
  }),
  tether.bool('localhost_only', {
    default: false,
    meaning: 'ROS_LOCALHOST_ONLY, for Humble and older: the robot runs on this laptop. Newer ones: discovery_range.',
  }),
  tether.list('static_peers', {
    default: [],
    meaning: 'ROS_STATIC_PEERS: addresses to ask directly, where multicast does not reach the robot.',
  }),
  tether.string('discovery_server', {
    default: '',
    mayBeEmpty: true,
    meaning: 'ROS_DISCOVERY_SERVER: address of a Fast DDS discovery server, for instance "192.168.1.10:11811".',
  }),
  tether.string('fastdds_profiles_file', {
    default: '',
    mayBeEmpty: true,
    meaning: 'An XML file on this laptop with profiles of Fast DDS (FASTDDS_DEFAULT_PROFILES_FILE).',
  }),
  tether.string('cyclonedds_uri', {
    default: '',
    mayBeEmpty: true,
    meaning: 'CYCLONEDDS_URI: a configuration file or text for Cyclone DDS.',
  }),
  tether.string('ros_master_uri', {
    default: '',
    mayBeEmpty: true,
    meaning: 'ROS_MASTER_URI of a ROS 1 robot, for instance "http://192.168.1.10:11311".',
  }),
  tether.string('ros_ip', {
    default: '',
    mayBeEmpty: true,
    meaning: "ROS_IP: this laptop's address as a ROS 1 robot sees it.",
  }),
  tether.string('foxglove_url', {
    default: '',
    mayBeEmpty: true,
    meaning: 'FOXGLOVE_URL of a robot with a Foxglove bridge, for instance "ws://192.168.1.10:8765".',
  }),
  tether.string('replay_path', {
    default: '',
    mayBeEmpty: true,
    meaning:
      'Of `source: replay`: a bag (.mcap, .db3, ROS 1 .bag, or the folder of a ROS 2 bag), or a folder of cwlog files, on this laptop.',
  }),
  tether.double('replay_speed', {
    default: 1,
    min: 0,
    max: 1000,
    meaning: 'Of `source: replay`: how many times faster than it was recorded. 0: at once.',
  }),
];

/**
 * Where the values of `tether` that are variables of the robot host go. Fast DDS 2 (Humble, Jazzy) reads only the older name of
 * its profiles file, Fast DDS 3 (Kilted) only the newer.
 */
export const environmentKeys: Readonly<Record<string, readonly string[]>> = {
  rmw_implementation: ['RMW_IMPLEMENTATION'],
  discovery_range: ['ROS_AUTOMATIC_DISCOVERY_RANGE'],
  static_peers: ['ROS_STATIC_PEERS'],
  discovery_server: ['ROS_DISCOVERY_SERVER'],
  fastdds_profiles_file: ['FASTDDS_DEFAULT_PROFILES_FILE', 'FASTRTPS_DEFAULT_PROFILES_FILE'],
  cyclonedds_uri: ['CYCLONEDDS_URI'],
  ros_master_uri: ['ROS_MASTER_URI'],
  ros_ip: ['ROS_IP'],
  foxglove_url: ['FOXGLOVE_URL'],
};

/** Read by `aws_common`, so alike in both nodes. */
function clientParameters(section: SectionName): readonly Parameter[] {
  const client = describe(section);
  const robot = { obeyedBy: 'robot' } as const;
  const key = (name: string): string => `aws_client_configuration.${name}`;
  return [
    client.string(key('region'), {
      default: '',
      mayBeEmpty: true,
      syntax: 'region',
      meaning: "AWS region, for instance us-west-2. Empty: AWS_REGION, else the profile's region.",
    }),
    client.string(key('endpoint_override'), {
      default: '',
      mayBeEmpty: true,
      syntax: 'endpoint',
      meaning: 'Address to use instead of that of AWS, for a proxy or a private endpoint.',
    }),
    // The originals' sample of 2,000 ms made every upload of some 50 metrics time out (cloudwatchmetrics-ros1 #65, mended
    // there by 20 s); a field link by satellite or LTE needs seconds for a TLS handshake alone.
    client.int(key('connect_timeout_ms'), {
      ...milliseconds,
      default: 5000,
      meaning: 'Longest wait for a connection to CloudWatch. The original sample had 2000, too short for a field link.',
    }),
    client.int(key('request_timeout_ms'), {
      ...milliseconds,
      default: 20_000,
      meaning:
        'Longest wait for an answer of CloudWatch. The original sample had 2000: uploads of 50 metrics timed out.',
    }),
    client.int(key('max_connections'), {
      default: 25,
      min: 1,
      max: 1000,
      meaning: 'Most connections to CloudWatch at a time.',
    }),
    client.string(key('user_agent'), {
      ...robot,
      default: '',
      mayBeEmpty: true,
      meaning: "The robot's user agent text.",
    }),
    client.string(key('proxy_host'), {
      default: '',
      mayBeEmpty: true,
      meaning:
        'HTTP proxy on the way to AWS, of the robot and of this laptop. Empty: on this laptop HTTPS_PROXY, if set. NO_PROXY names what goes straight.',
    }),
    client.int(key('proxy_port'), {
      default: null,
      min: 0,
      max: 65_535,
      meaning: 'Port of the HTTP proxy. Unset or 0: that of the address, else 1080.',
    }),
    client.string(key('proxy_user_name'), { default: '', mayBeEmpty: true, meaning: 'User of the proxy.' }),
    client.string(key('proxy_password'), {
      default: '',
      mayBeEmpty: true,
      meaning: 'Password of the proxy. It stands here in clear text; on this laptop it can stand in HTTPS_PROXY.',
    }),
    client.string(key('ca_path'), {
      default: '',
      mayBeEmpty: true,
      meaning:
        'Folder of certificate authorities (PEM) that are trusted beside the usual ones. Must be there on the robot and on this laptop.',
    }),
    client.string(key('ca_file'), {
      default: '',
      mayBeEmpty: true,
      meaning:
        "File of certificate authorities (PEM) that are trusted beside the usual ones, for a network that opens TLS. Must be there on the robot and on this laptop, which also reads AWS_CA_BUNDLE and the profile's ca_bundle.",
    }),
    client.bool(key('use_dual_stack'), { ...robot, default: false, meaning: 'Endpoints that also speak IPv6.' }),
    client.bool(key('enable_clock_skew_adjustment'), {
      ...robot,
      default: true,
      meaning: "Signs with CloudWatch's time when the robot's clock is wrong.",
    }),
    client.bool(key('follow_redirects'), { ...robot, default: true, meaning: 'Follows HTTP redirects.' }),
    client.bool(key('verify_SSL'), {
      ...robot,
      default: true,
      meaning:
        'Whether the robot checks the certificate of the service. Tether always does: whoever else answered could make it let go of records that CloudWatch never got.',
    }),
    client.bool(key('no_retry_strategy'), {
      ...robot,
      default: false,
      meaning: 'The SDK on the robot never tries again; wins over max_retries.',
    }),
    client.int(key('max_retries'), {
      ...robot,
      default: null,
      min: 0,
      max: 1000,
      meaning: 'How often the SDK on the robot tries again.',
    }),
  ];
}

/** The files and queues of the originals, alike in both nodes but for two defaults. */
function storageParameters(section: SectionName, folder: string, prefix: string): readonly Parameter[] {
  const node = describe(section);
  return [
    node.int('storage_limit', {
      default: 1_048_576,
      min: 1,
      max: kilobytesMax,
      unit: 'KB',
      meaning:
        "Most disk for what waits; beyond it the oldest goes first. Tether's cache may hold both nodes' together.",
    }),
    node.int('maximum_file_size', {
      default: 1024,
      min: 1,
      max: 1_048_576,
      unit: 'KB',
      meaning: 'A cache file is closed, and a new one begun, at this size.',
    }),
    node.string('storage_directory', {
      obeyedBy: 'robot',
      default: folder,
      meaning: "Folder of the robot's own cache. Tether keeps its own elsewhere.",
    }),
    node.string('file_prefix', {
      obeyedBy: 'robot',
      default: prefix,
      meaning: "Beginning of the names of the robot's cache files. Goes into a regular expression as it is.",
    }),
    node.string('file_extension', {
      obeyedBy: 'robot',
      default: '.log',
      meaning: "Ending of the names of the robot's cache files.",
    }),
    node.bool('delete_stale_data', {
      obeyedBy: 'robot',
      default: false,
      meaning: 'The robot deletes what CloudWatch would refuse as too old (14 days). Tether keeps it for export.',
    }),
    node.int('file_upload_batch_size', {
      ...queue,
      default: 50,
      unit: 'records',
      meaning: 'Records that the robot reads from its files for one upload. Tether packs by the limits of CloudWatch.',
    }),
    node.int('file_max_queue_size', {
      ...queue,
      default: 5,
      unit: 'batches',
      meaning: 'Batches from files that wait on the robot.',
    }),
    node.int('batch_max_queue_size', {
      ...queue,
      default: 1024,
      unit: 'records',
      meaning: 'Records that wait in memory on the robot before they go to its files.',
    }),
    node.int('batch_trigger_publish_size', {
      ...queue,
      default: null,
      unit: 'records',
      meaning:
        'Upload on the robot at this many records instead of by time. Must be smaller than batch_max_queue_size.',
    }),
    node.int('stream_max_queue_size', {
      ...queue,
      default: 3,
      unit: 'batches',
      meaning: 'Live batches that wait on the robot.',
    }),
  ];
}

const logger = describe('cloudwatch_logger');

const loggerParameters: readonly Parameter[] = [
  logger.string('log_group_name', {
    default: 'ros_log_group',
    syntax: 'log-group',
    meaning: 'CloudWatch log group; created when it is not there.',
  }),
  logger.string('log_stream_name', {
    default: 'ros_log_stream',
    syntax: 'log-stream',
    meaning: "Log stream within the group, usually the robot's name; created when it is not there.",
  }),
  logger.double('publish_frequency', {
    default: 5,
    min: 0.1,
    max: periodMaxS,
    unit: 's',
    meaning: 'Longest wait of a live line before it is sent. A period, despite its name.',
  }),
  logger.bool('sub_to_rosout', { default: true, meaning: 'Takes what all nodes log (/rosout).' }),
  logger.list('topics', { default: [], syntax: 'topic', meaning: 'Further topics of the Log type.' }),
  logger.string('min_log_verbosity', {
    default: 'DEBUG',
    choices: ['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'],
    syntax: 'severity',
    meaning: 'Lines below this severity are not taken.',
  }),
  logger.bool('publish_topic_names', {
    default: true,
    meaning: 'Adds the topics of the node to each line (ROS 1 only).',
  }),
  logger.list('ignore_nodes', {
    default: [],
    meaning: 'Nodes whose lines are not taken. ROS 2 logger names have no leading slash: "nav", not "/nav".',
  }),
  ...storageParameters('cloudwatch_logger', '~/.ros/cwlogs', 'cwlog'),
  ...clientParameters('cloudwatch_logger'),
];

const metrics = describe('cloudwatch_metrics_collector');

const metricsParameters: readonly Parameter[] = [
  metrics.string('aws_metrics_namespace', {
    default: 'ROS',
    syntax: 'namespace',
    meaning: 'CloudWatch namespace of the metrics.',
  }),
  metrics.list('aws_monitored_metric_topics', {
    default: ['metrics'],
    syntax: 'topic',
    meaning: 'Topics of the MetricList type. Replaces the default, does not add to it.',
  }),
  metrics.string('aws_default_metric_dimensions', {
    default: '',
    mayBeEmpty: true,
    syntax: 'dimensions',
    meaning: 'Dimensions for every metric, "Name:Value;Name2:Value2".',
  }),
  metrics.int('publish_frequency', {
    default: 10,
    min: 0.1,
    max: periodMaxS,
    unit: 's',
    wholeInRos2Only: true,
    meaning: 'Longest wait of a live value before it is sent. A period, despite its name; whole seconds in ROS 2.',
  }),
  metrics.int('storage_resolution', {
    default: 60,
    min: 1,
    max: 60,
    choices: [1, 60],
    unit: 's',
    meaning: 'Resolution that CloudWatch keeps: 60 (standard) or 1 (high resolution, costs the same to send).',
  }),
  ...storageParameters('cloudwatch_metrics_collector', '~/.ros/cwmetrics', 'cwmetric'),
  ...clientParameters('cloudwatch_metrics_collector'),
];

const health = describe('health_metric_collector');

const healthParameters: readonly Parameter[] = [
  health.double('interval', {
    obeyedBy: 'robot',
    default: 5,
    min: 0.1,
    max: periodMaxS,
    unit: 's',
    meaning: 'Time between two measurements. The ROS 2 node reads it, but always measures each second.',
  }),
  health.string('robot_id', {
    obeyedBy: 'robot',
    default: 'Default_Robot',
    meaning: 'Value of the dimension robot_id of its metrics.',
  }),
];

export const parameters: readonly Parameter[] = [
  ...tetherParameters,
  ...loggerParameters,
  ...metricsParameters,
  ...healthParameters,
];

const parametersByName = new Map(parameters.map((parameter) => [`${parameter.section} ${parameter.key}`, parameter]));

export function findParameter(section: SectionName, key: string): Parameter | null {
  return parametersByName.get(`${section} ${key}`) ?? null;
}

export function isSectionName(text: string): text is SectionName {
  return (sectionNames as readonly string[]).includes(text);
}

/** Keys that stand in the middle of dotted names: `aws_client_configuration`. */
export const groupKeys: ReadonlySet<string> = new Set(
  parameters.flatMap(({ key }) => (key.includes('.') ? [key.slice(0, key.lastIndexOf('.'))] : [])),
);
