export interface TestRobot {
  readonly domainId: number;
  /** The local CloudWatch, or an AWS endpoint on loopback. */
  readonly cloud: 'local' | { readonly endpoint: string };
  readonly group: string;
  readonly stream: string;
  readonly namespace: string;
}

/** A robot file as a person would write it, with every severity taken and short waits before live records are sent. */
export function robotFileText({ domainId, cloud, group, stream, namespace }: TestRobot): string {
  const client =
    cloud === 'local'
      ? []
      : ['    aws_client_configuration:', '      region: "us-east-1"', `      endpoint_override: "${cloud.endpoint}"`];
  return [
    'tether:',
    '  ros__parameters:',
    '    source: ros2',
    `    domain_id: ${domainId}`,
    `    cloud: ${cloud === 'local' ? 'local' : 'aws'}`,
    'cloudwatch_logger:',
    '  ros__parameters:',
    `    log_group_name: "${group}"`,
    `    log_stream_name: "${stream}"`,
    '    min_log_verbosity: "DEBUG"',
    '    publish_frequency: 1.0',
    ...client,
    'cloudwatch_metrics_collector:',
    '  ros__parameters:',
    `    aws_metrics_namespace: "${namespace}"`,
    '    aws_monitored_metric_topics: ["/metrics"]',
    '    publish_frequency: 1',
    ...client,
    '',
  ].join('\n');
}
