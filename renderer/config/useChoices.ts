import { useCallback } from 'react';
import type { Parameter } from '../../main/config/text/parameters.js';
import type { RobotConfig } from '../../main/model/RobotConfig.js';
import { usePolledCall } from '../bridge/usePolledCall.js';

const seenEveryMs = 60_000;

/** Regions of CloudWatch; others can be typed. Source: AWS General Reference, CloudWatch endpoints. */
const regions = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-south-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'ap-east-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'sa-east-1',
  'af-south-1',
  'me-south-1',
  'us-gov-east-1',
  'us-gov-west-1',
  'cn-north-1',
  'cn-northwest-1',
];

/** What a text field offers to pick: what was seen on the robot and in the account, and what is known anyway. */
export function useChoices(config: RobotConfig | null, robot: string): (parameter: Parameter) => readonly string[] {
  const answer = usePolledCall('config.choices', { robot }, seenEveryMs);
  const seen = answer?.ok === true ? answer.value : null;
  const stream = config?.name ?? '';
  return useCallback(
    ({ key, ...parameter }: Parameter): readonly string[] => {
      const syntax = 'syntax' in parameter ? parameter.syntax : null;
      if (syntax === 'region') return regions;
      if (syntax === 'log-group') return seen?.logGroups ?? [];
      if (syntax === 'log-stream') return stream === '' ? [] : [stream];
      if (syntax === 'topic') return (key === 'topics' ? seen?.logTopics : seen?.metricTopics) ?? [];
      if (key === 'profile') return seen?.profiles ?? [];
      if (key === 'ros_distribution') return seen?.distributions ?? [];
      if (key === 'network_interface') return seen?.interfaces ?? [];
      if (key === 'namespace') return seen?.namespaces ?? [];
      if (key === 'ignore_nodes') return seen?.nodes ?? [];
      if (key === 'rmw_implementation') return ['rmw_fastrtps_cpp', 'rmw_cyclonedds_cpp', 'rmw_zenoh_cpp'];
      return [];
    },
    [seen, stream],
  );
}
