import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';

/** A parameter of a robot file as the side panel shows it: its name for people, its own name, and what the text says. */
export interface RobotFileField {
  readonly section: FieldSection;
  readonly label: string;
  readonly parameter: string;
  /** As text; null when the file does not set it. */
  readonly value: string | null;
  /** What holds when the file does not set it. */
  readonly standard: string;
  /** Line from 1, null when the file does not set it. */
  readonly line: number | null;
}

export type FieldSection = 'Robot' | 'Logs' | 'Metrics' | 'Cache';

interface KnownField {
  readonly section: FieldSection;
  readonly label: string;
  readonly node: 'tether' | 'cloudwatch_logger' | 'cloudwatch_metrics_collector';
  readonly path: readonly string[];
  readonly standard: string;
}

// Names and defaults are those of the original nodes: cloudwatch_logger and cloudwatch_metrics_collector.
const known: readonly KnownField[] = [
  { section: 'Robot', label: 'Source', node: 'tether', path: ['source'], standard: 'ros2' },
  { section: 'Robot', label: 'ROS domain', node: 'tether', path: ['domain_id'], standard: '0' },
  {
    section: 'Logs',
    label: 'Log group',
    node: 'cloudwatch_logger',
    path: ['log_group_name'],
    standard: 'ros_log_group',
  },
  {
    section: 'Logs',
    label: 'Log stream',
    node: 'cloudwatch_logger',
    path: ['log_stream_name'],
    standard: 'ros_log_stream',
  },
  {
    section: 'Logs',
    label: 'Send from severity',
    node: 'cloudwatch_logger',
    path: ['min_log_verbosity'],
    standard: 'DEBUG',
  },
  { section: 'Logs', label: 'Upload every', node: 'cloudwatch_logger', path: ['publish_frequency'], standard: '5.0' },
  { section: 'Logs', label: 'Ignore nodes', node: 'cloudwatch_logger', path: ['ignore_nodes'], standard: 'none' },
  {
    section: 'Logs',
    label: 'Region',
    node: 'cloudwatch_logger',
    path: ['aws_client_configuration', 'region'],
    standard: 'of the AWS profile',
  },
  {
    section: 'Metrics',
    label: 'Namespace',
    node: 'cloudwatch_metrics_collector',
    path: ['aws_metrics_namespace'],
    standard: 'ROS',
  },
  { section: 'Cache', label: 'Cache limit', node: 'cloudwatch_logger', path: ['storage_limit'], standard: '1048576' },
  { section: 'Cache', label: 'Segment size', node: 'cloudwatch_logger', path: ['maximum_file_size'], standard: '1024' },
];

/** What a text sets of the known parameters. Never fails: a broken text gives what can be read of it. */
export function readFields(text: string): readonly RobotFileField[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, keepSourceTokens: true });
  return known.map((field) => {
    const found = [
      [field.node, 'ros__parameters', ...field.path],
      ['/**', 'ros__parameters', ...field.path],
      field.path,
    ]
      .map((path) => document.getIn(path, true))
      .find((node) => node !== undefined && node !== null);
    const node = isNode(found) ? found : null;
    return {
      section: field.section,
      label: field.label,
      parameter: field.path.at(-1) ?? '',
      value: node === null ? null : valueText(node),
      standard: field.standard,
      line: node?.range === null || node?.range === undefined ? null : lines.linePos(node.range[0]).line,
    };
  });
}

function valueText(node: unknown): string {
  if (isScalar(node)) return node.source ?? String(node.value);
  const parts: string[] = [];
  if (isSeq(node) || isMap(node)) {
    visit(node, {
      Scalar: (_key, scalar) => {
        parts.push(String(scalar.value));
      },
    });
  }
  return parts.join(', ');
}
