import { expect, test } from 'vitest';
import { parseRobotFile } from '../config/text/parseRobotFile.js';
import { topicsOf } from './topicsOf.js';

function topicsIn(namespace: string): ReturnType<typeof topicsOf> {
  const { config } = parseRobotFile(
    'rover',
    [
      'tether:',
      '  ros__parameters:',
      `    namespace: "${namespace}"`,
      '    numeric_topics: ["battery_state sensor_msgs/msg/BatteryState percentage", "/diagnostics diagnostic_msgs/msg/DiagnosticArray"]',
      'cloudwatch_logger:',
      '  ros__parameters:',
      '    topics: ["log", "/shared/log"]',
      'cloudwatch_metrics_collector:',
      '  ros__parameters:',
      '    aws_monitored_metric_topics: ["metrics", "/fleet/metrics"]',
      '',
    ].join('\n'),
  );
  if (config === null) throw new Error('the robot file is not valid');
  return topicsOf(config);
}

test('topics written without a slash lie in the namespace, those of plain numbers too', () => {
  const { moreLogTopics, metricTopics, numericRules } = topicsIn('/rover_1');
  expect(moreLogTopics).toEqual(['/rover_1/log', '/shared/log']);
  expect(metricTopics).toEqual(['/rover_1/metrics', '/fleet/metrics']);
  expect(numericRules).toMatchObject([
    { topic: '/rover_1/battery_state', field: 'percentage' },
    { topic: '/diagnostics', schemaName: 'diagnostic_msgs/msg/DiagnosticArray' },
  ]);
});

test('without a namespace they lie at the root', () => {
  const { moreLogTopics, metricTopics, numericRules } = topicsIn('');
  expect(moreLogTopics).toEqual(['/log', '/shared/log']);
  expect(metricTopics).toEqual(['/metrics', '/fleet/metrics']);
  expect(numericRules.map(({ topic }) => topic)).toEqual(['/battery_state', '/diagnostics']);
});
