import type { NewGroups } from '../model/NewGroups.js';
import type { LogDestination, MetricDestination } from '../model/Destination.js';

export interface PolicyFacts {
  readonly log: LogDestination;
  readonly metric: MetricDestination;
  readonly newGroups?: NewGroups;
}

/**
 * The IAM policy (version 2012-10-17) that allows what Tether does for one robot and nothing else, as JSON to paste. Where the
 * region or the account is not known it says `*`. Resources and condition keys: "Actions, resources, and condition keys" of
 * CloudWatch Logs and of CloudWatch in the Service Authorization Reference.
 */
export function policyFor({ log, metric, newGroups }: PolicyFacts, region: string, accountId: string | null): string {
  const group = `arn:${partitionOf(region)}:logs:${region === '' ? '*' : region}:${accountId ?? '*'}:log-group:${log.group}`;
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'TetherLogs',
        Effect: 'Allow',
        Action: [
          'logs:PutLogEvents',
          'logs:CreateLogStream',
          'logs:CreateLogGroup',
          'logs:DescribeLogStreams',
          'logs:GetLogEvents',
          ...((newGroups?.retentionDays ?? 0) === 0 ? [] : ['logs:PutRetentionPolicy']),
          ...((newGroups?.tags ?? []).length === 0 ? [] : ['logs:TagResource']),
        ],
        Resource: [group, `${group}:*`],
      },
      {
        Sid: 'TetherMetrics',
        Effect: 'Allow',
        Action: 'cloudwatch:PutMetricData',
        Resource: '*',
        Condition: { StringEquals: { 'cloudwatch:namespace': metric.namespace } },
      },
      // These know no resources.
      {
        Sid: 'TetherLooks',
        Effect: 'Allow',
        Action: ['logs:DescribeLogGroups', 'cloudwatch:GetMetricStatistics', 'cloudwatch:ListMetrics'],
        Resource: '*',
      },
    ],
  };
  return JSON.stringify(policy, null, 2);
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
