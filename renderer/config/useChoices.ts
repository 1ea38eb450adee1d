import { useCallback } from 'react';
import type { Parameter } from '../../main/config/text/parameters.js';
import { awsRegions } from '../../main/model/awsRegions.js';
import type { RobotConfig } from '../../main/model/RobotConfig.js';
import { usePolledCall } from '../bridge/usePolledCall.js';

const seenEveryMs = 60_000;

/** What a text field offers to pick: what was seen on the robot and in the account, and what is known anyway. */
export function useChoices(config: RobotConfig | null, robot: string): (parameter: Parameter) => readonly string[] {
  const answer = usePolledCall('config.choices', { robot }, seenEveryMs);
  const seen = answer?.ok === true ? answer.value : null;
  const stream = config?.name ?? '';
  return useCallback(
    ({ key, ...parameter }: Parameter): readonly string[] => {
      const syntax = 'syntax' in parameter ? parameter.syntax : null;
      if (syntax === 'region') return awsRegions;
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
