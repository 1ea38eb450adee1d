import type { CloudAccount } from '../../model/Destination.js';
import type {
  CacheConfig,
  CloudConnection,
  LogsConfig,
  MetricsConfig,
  OriginalFileNames,
  OriginalsConfig,
  RobotConfig,
  SendingConfig,
  SourceConfig,
} from '../../model/RobotConfig.js';
import { parseNumericRule } from '../../model/parseNumericRule.js';
import { parseRedactionRule } from '../../model/parseRedactionRule.js';
import { meteredRules } from '../../model/RobotConfig.js';
import { recordClasses, severities } from '../../model/Severity.js';
import type { Dialect } from './classifyScalar.js';
import type { ParameterValue } from './ParameterValue.js';
import { parseDimensions, parseEndpoint } from './checkSyntax.js';
import { environmentKeys, findParameter } from './parameters.js';
import type { SectionName } from './parameters.js';

/** What stands in the file, checked; what does not stand there has its default. */
export interface GivenValues {
  readonly dialect: Dialect;
  get(section: SectionName, key: string): ParameterValue | undefined;
}

const bytesPerKilobyte = 1024;
/** When neither node's section has a `storage_limit`: the originals' default of one node. */
const cacheBytesMaxDefault = 1_048_576 * bytesPerKilobyte;

/** Far apart on the colour circle and readable on dark and light. */
const robotColours = ['#3ec6b8', '#6aa9ff', '#f0b35a', '#c792ea', '#8fd460', '#ff8a65', '#f06292', '#7986cb'] as const;

/** The same name has the same colour on every laptop. */
function colourOfName(name: string): string {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
  return robotColours[sum % robotColours.length] ?? robotColours[0];
}

/** Values by their type; a value of another type cannot be here, because it was checked against the same table. */
class Values {
  constructor(private readonly given: GivenValues) {}

  get dialect(): Dialect {
    return this.given.dialect;
  }

  has(section: SectionName, key: string): boolean {
    return this.given.get(section, key) !== undefined;
  }

  text(section: SectionName, key: string): string {
    const value = this.value(section, key);
    return typeof value === 'string' ? value : '';
  }

  number(section: SectionName, key: string): number {
    const value = this.value(section, key);
    return typeof value === 'number' ? value : 0;
  }

  flag(section: SectionName, key: string): boolean {
    return this.value(section, key) === true;
  }

  list(section: SectionName, key: string): readonly string[] {
    const value = this.value(section, key);
    return typeof value === 'object' && value !== null ? value : [];
  }

  /** The section of the two nodes that has the key: the logger's comes first. */
  node(key: string): 'cloudwatch_logger' | 'cloudwatch_metrics_collector' {
    const onlyMetrics = !this.has('cloudwatch_logger', key) && this.has('cloudwatch_metrics_collector', key);
    return onlyMetrics ? 'cloudwatch_metrics_collector' : 'cloudwatch_logger';
  }

  private value(section: SectionName, key: string): ParameterValue | null {
    return this.given.get(section, key) ?? findParameter(section, key)?.default ?? null;
  }
}

function buildSource(values: Values): SourceConfig {
  const environment: Record<string, string> = {};
  for (const [key, variables] of Object.entries(environmentKeys)) {
    const value = key === 'static_peers' ? values.list('tether', key).join(';') : values.text('tether', key);
    if (value !== '') for (const variable of variables) environment[variable] = value;
  }
  if (values.flag('tether', 'localhost_only')) environment['ROS_LOCALHOST_ONLY'] = '1';
  // A plain client of a discovery server hears of its own topics only: neither nodes nor publishers could be listed.
  if (environment['ROS_DISCOVERY_SERVER'] !== undefined) environment['ROS_SUPER_CLIENT'] = 'TRUE';
  const written = values.text('tether', 'source');
  // A file in ROS 1's form, without a word on the source, comes from a ROS 1 robot.
  const source = values.dialect === 'ros1' && !values.has('tether', 'source') ? 'ros1' : written;
  return {
    kind: source === 'ros1' || source === 'foxglove' || source === 'replay' ? source : 'ros2',
    domainId: values.number('tether', 'domain_id'),
    environment,
    ros: {
      distribution: values.text('tether', 'ros_distribution'),
      workspaces: values.list('tether', 'ros_workspaces'),
    },
    networkInterface: values.text('tether', 'network_interface'),
    namespace: namespaceOf(values.text('tether', 'namespace')),
    demo: values.flag('tether', 'demo'),
    numericRules: values.list('tether', 'numeric_topics').flatMap((text) => {
      const rule = parseNumericRule(text);
      return rule.ok ? [rule.value] : [];
    }),
    ...(source === 'replay'
      ? { replay: { path: values.text('tether', 'replay_path'), speed: values.number('tether', 'replay_speed') } }
      : {}),
  };
}

/** With its leading slash and without one at the end, as ROS writes it; empty for the root, which holds everything. */
function namespaceOf(text: string): string {
  const bare = text.replace(/^\/+|\/+$/g, '');
  return bare === '' ? '' : `/${bare}`;
}

function client(name: string): string {
  return `aws_client_configuration.${name}`;
}

function buildAccount(values: Values): CloudAccount {
  const region = client('region');
  const endpoint = client('endpoint_override');
  const address = values.text(values.node(endpoint), endpoint);
  return {
    cloud: values.text('tether', 'cloud') === 'local' ? 'local' : 'aws',
    region: values.text(values.node(region), region),
    profile: values.text('tether', 'profile'),
    endpoint: address === '' ? '' : (parseEndpoint(address) ?? ''),
  };
}

function buildConnection(values: Values): CloudConnection {
  const number = (name: string): number => values.number(values.node(client(name)), client(name));
  const text = (name: string): string => values.text(values.node(client(name)), client(name));
  const [host, caFile, caPath] = [text('proxy_host'), text('ca_file'), text('ca_path')];
  const port = values.has(values.node(client('proxy_port')), client('proxy_port')) ? number('proxy_port') : 0;
  const proxy = {
    ...{ host, port: port === 0 ? null : port },
    ...{ user: text('proxy_user_name'), password: text('proxy_password') },
  };
  return {
    connectTimeoutMs: number('connect_timeout_ms'),
    requestTimeoutMs: number('request_timeout_ms'),
    connectionsMax: number('max_connections'),
    ...(host === '' ? {} : { proxy }),
    ...(caFile === '' ? {} : { caFile }),
    ...(caPath === '' ? {} : { caPath }),
  };
}

function buildLogs(robot: string, values: Values): LogsConfig {
  const section = 'cloudwatch_logger';
  const severity = values.text(section, 'min_log_verbosity');
  return {
    group: values.text(section, 'log_group_name'),
    stream: values.text(section, 'log_stream_name'),
    isPlaceNamed: values.has(section, 'log_group_name') || values.has(section, 'log_stream_name'),
    publishPeriodMs: Math.round(values.number(section, 'publish_frequency') * 1000),
    subscribeRosout: values.flag(section, 'sub_to_rosout'),
    topics: values.list(section, 'topics'),
    severityMin: severities.find((name) => name === severity) ?? 'DEBUG',
    publishTopicNames: values.flag(section, 'publish_topic_names'),
    ignoreNodes: values.list(section, 'ignore_nodes'),
    format: values.text('tether', 'log_format') === 'json' ? 'json' : 'text',
    redactions: values.list('tether', 'redact').flatMap((text) => {
      const rule = parseRedactionRule(text);
      return rule.ok ? [rule.value] : [];
    }),
    robot,
  };
}

function buildMetrics(values: Values): MetricsConfig {
  const section = 'cloudwatch_metrics_collector';
  return {
    namespace: values.text(section, 'aws_metrics_namespace'),
    topics: values.list(section, 'aws_monitored_metric_topics'),
    defaultDimensions: parseDimensions(values.text(section, 'aws_default_metric_dimensions')) ?? [],
    publishPeriodMs: Math.round(values.number(section, 'publish_frequency') * 1000),
    storageResolutionS: values.number(section, 'storage_resolution') === 1 ? 1 : 60,
    statisticSets: values.flag('tether', 'statistic_sets'),
  };
}

/** Of a rate of a link, as network people count. */
const wireBytesPerKilobyte = 1000;

function buildSending(values: Values): SendingConfig {
  const limit = values.number('tether', 'upload_limit');
  const metered = values.text('tether', 'metered');
  const sends = values.list('tether', 'send_when_metered');
  return {
    accountId: values.text('tether', 'account_id'),
    onlyRegion: values.text('tether', 'only_region'),
    order: values.text('tether', 'upload_order') === 'oldest_first' ? 'oldest_first' : 'newest_first',
    limitBytesPerS: limit === 0 ? null : Math.round(limit * wireBytesPerKilobyte),
    metered: meteredRules.find((rule) => rule === metered) ?? 'laptop',
    sendsWhenMetered: recordClasses.filter((name) => sends.includes(name)),
  };
}

function buildCache(values: Values): CacheConfig {
  const key = 'storage_limit';
  const sections = (['cloudwatch_logger', 'cloudwatch_metrics_collector'] as const).filter((section) =>
    values.has(section, key),
  );
  // In the flat form one line stands for both, and means one node's file.
  const counted = values.dialect === 'ros1' ? sections.slice(0, 1) : sections;
  const given = counted.reduce((sum, section) => sum + values.number(section, key) * bytesPerKilobyte, 0);
  const bytesMax = counted.length === 0 ? cacheBytesMaxDefault : given;
  const fileKey = 'maximum_file_size';
  const segmentBytesMax = values.number(values.node(fileKey), fileKey) * bytesPerKilobyte;
  return { bytesMax, segmentBytesMax: Math.min(segmentBytesMax, bytesMax) };
}

function buildOriginals(values: Values): OriginalsConfig {
  const files = (section: SectionName): OriginalFileNames => ({
    prefix: values.text(section, 'file_prefix'),
    extension: values.text(section, 'file_extension'),
  });
  return {
    logFiles: files('cloudwatch_logger'),
    metricFiles: files('cloudwatch_metrics_collector'),
    metricBatchRecords: values.number('cloudwatch_metrics_collector', 'file_upload_batch_size'),
  };
}

export function buildRobotConfig(name: string, given: GivenValues): RobotConfig {
  const values = new Values(given);
  const colour = values.text('tether', 'colour');
  return {
    name,
    colour: colour === '' ? colourOfName(name) : colour,
    source: buildSource(values),
    account: buildAccount(values),
    connection: buildConnection(values),
    sending: buildSending(values),
    logs: buildLogs(name, values),
    metrics: buildMetrics(values),
    cache: buildCache(values),
    originals: buildOriginals(values),
  };
}
