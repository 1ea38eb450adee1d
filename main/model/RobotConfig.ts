import type { NumericRule } from './NumericRule.js';
import type { CloudAccount } from './Destination.js';
import type { MetricDimension } from './Record.js';
import type { RedactionRule } from './redactText.js';
import type { RecordClass, Severity } from './Severity.js';

/** What a robot file means once it is read and checked: defaults filled in, sizes in bytes, times in milliseconds. */
export interface RobotConfig {
  /** The file's name without `.yaml`; names the cache folder too. */
  readonly name: string;
  /** Hex colour for the rail. */
  readonly colour: string;
  readonly source: SourceConfig;
  readonly account: CloudAccount;
  readonly connection: CloudConnection;
  readonly sending: SendingConfig;
  readonly logs: LogsConfig;
  readonly metrics: MetricsConfig;
  readonly cache: CacheConfig;
  readonly originals: OriginalsConfig;
}

export interface SourceConfig {
  readonly kind: 'ros2' | 'ros1' | 'foxglove' | 'replay';
  /** ROS_DOMAIN_ID, 0 to 232. */
  readonly domainId: number;
  /** Further variables for the robot host (RMW_IMPLEMENTATION, ROS_STATIC_PEERS, ...). */
  readonly environment: Readonly<Record<string, string>>;
  /** Of kind `ros2`: what is sourced in place of what set-up found. */
  readonly ros: RosChoice;
  /** The one interface that DDS may use (`eth0`); empty: all. */
  readonly networkInterface: string;
  /** Only what is below it is this robot's (`/rover_1`); empty: everything. */
  readonly namespace: string;
  /** Topics of plain numbers, and how they become metrics. */
  readonly numericRules: readonly NumericRule[];
  /** Of kind `replay`: files in place of a robot. `speed` 0: at once. */
  readonly replay?: { readonly path: string; readonly speed: number };
  /** Start the demo robot beside this source. */
  readonly demo: boolean;
}

export interface RosChoice {
  /** A name in `/opt/ros`, or the path of a prefix or setup script; empty: what set-up found. */
  readonly distribution: string;
  /** Folders of workspaces, or their setup scripts, each laid over the one before. */
  readonly workspaces: readonly string[];
}

/** `aws_client_configuration` of the original nodes, as far as the SDK for JavaScript has a counterpart. */
export interface CloudConnection {
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly connectionsMax: number;
  /** Absent: as the environment says (HTTPS_PROXY and the like). */
  readonly proxy?: ProxySettings;
  /** Files of certificate authorities that are trusted beside the usual; absent: none. */
  readonly caFile?: string;
  readonly caPath?: string;
}

/** `proxy_*` of the original nodes. Its user and password are in no message and no log. */
export interface ProxySettings {
  readonly host: string;
  /** Null: the host's own, else libcurl's (1080). */
  readonly port: number | null;
  readonly user: string;
  readonly password: string;
}

/** What may leave, and where to. */
export interface SendingConfig {
  /** The only AWS account that anything may go to, twelve digits; empty: any. */
  readonly accountId: string;
  /** The only AWS region that anything may go to; empty: any. */
  readonly onlyRegion: string;
  /** Which part of a backlog goes first; within a request it is always time that counts. */
  readonly order: UploadOrder;
  /** Most bytes a second, on the wire; null: no limit. */
  readonly limitBytesPerS: number | null;
  /** Whether the link counts as metered: as it does for the laptop, or for this robot always or never. */
  readonly metered: MeteredRule;
  /** What goes by itself on a metered link; all else waits for a flush. */
  readonly sendsWhenMetered: readonly RecordClass[];
}

export const meteredRules = ['laptop', 'always', 'never'] as const;
export type MeteredRule = (typeof meteredRules)[number];

export const uploadOrders = ['newest_first', 'oldest_first'] as const;
export type UploadOrder = (typeof uploadOrders)[number];

export interface LogsConfig {
  readonly group: string;
  readonly stream: string;
  /** Does the robot file say where logs go, or are group and stream the defaults? */
  readonly isPlaceNamed: boolean;
  /** Longest wait of a live record before it is sent (`publish_frequency`, a period despite its name). */
  readonly publishPeriodMs: number;
  readonly subscribeRosout: boolean;
  /** Further topics of the Log type. */
  readonly topics: readonly string[];
  readonly severityMin: Severity;
  readonly publishTopicNames: boolean;
  readonly ignoreNodes: readonly string[];
  /** How a log event is written: as the original nodes did, or as JSON for Logs Insights. */
  readonly format: LogFormat;
  /** In this order, on every text of a line, before it leaves. */
  readonly redactions: readonly RedactionRule[];
  /** The robot's name, which JSON events carry. */
  readonly robot: string;
}

export const logFormats = ['text', 'json'] as const;
export type LogFormat = (typeof logFormats)[number];

export interface MetricsConfig {
  readonly namespace: string;
  readonly topics: readonly string[];
  readonly defaultDimensions: readonly MetricDimension[];
  readonly publishPeriodMs: number;
  /** CloudWatch StorageResolution in seconds. */
  readonly storageResolutionS: 1 | 60;
  /** Several values of a series within one minute (or second) go as their number, sum, least and greatest. */
  readonly statisticSets: boolean;
}

/** How the original nodes name the files of their cache: `<prefix>YYYY-MM-DD_HH-MM-SS-<n><extension>`. */
export interface OriginalFileNames {
  readonly prefix: string;
  readonly extension: string;
}

/** What `tether import` must know of the original nodes. */
export interface OriginalsConfig {
  readonly logFiles: OriginalFileNames;
  readonly metricFiles: OriginalFileNames;
  /** `file_upload_batch_size` of the metrics node: values that it read from its files for one upload. */
  readonly metricBatchRecords: number;
}

export interface CacheConfig {
  /** `storage_limit`: the cache never holds more than this on disk, but for one segment. */
  readonly bytesMax: number;
  /** `maximum_file_size`: a segment is closed when it reaches this. */
  readonly segmentBytesMax: number;
}
