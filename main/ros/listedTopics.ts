import { numericReaderFor, type NumericReader } from '../codec/NumericReader.js';
import { ros2LogSchemaName, ros2MetricListSchemaName, type Ros2SchemaName } from '../codec/schemas.js';
import type { NumericRule } from '../model/NumericRule.js';
import type { HostTopic } from './hostMessages.js';

export interface ListedTopic {
  /** What is subscribed to. */
  readonly topic: HostTopic;
  /** What its messages are from the source on. */
  readonly channelSchema: Ros2SchemaName;
  /** Makes the one of the other; null where they are the same. */
  readonly reader: NumericReader | null;
}

export interface TopicLists {
  /** Topics of rcl_interfaces/msg/Log. */
  readonly logTopics: readonly string[];
  /** Topics of ros_monitoring_msgs/msg/MetricList. */
  readonly metricTopics: readonly string[];
  /** Topics of plain numbers. */
  readonly numericRules?: readonly NumericRule[];
}

/** What a robot file lists, as ROS names it: each topic once, from the root on; each rule on numbers. */
export function listedTopics({ logTopics, metricTopics, numericRules = [] }: TopicLists): readonly ListedTopic[] {
  const listed = (topic: string, channelSchema: Ros2SchemaName, kind: 'log' | 'metric'): ListedTopic => ({
    topic: { topic, schemaName: channelSchema, kind },
    channelSchema,
    reader: null,
  });
  return [
    ...unique(logTopics).map((topic) => listed(topic, ros2LogSchemaName, 'log')),
    ...unique(metricTopics).map((topic) => listed(topic, ros2MetricListSchemaName, 'metric')),
    ...numericRules.map((rule): ListedTopic => ({
      topic: { topic: rule.topic, schemaName: rule.schemaName, kind: 'metric' },
      channelSchema: ros2MetricListSchemaName,
      reader: numericReaderFor(rule),
    })),
  ];
}

function unique(topics: readonly string[]): readonly string[] {
  return [...new Set(topics.map((topic) => (topic.startsWith('/') ? topic : `/${topic}`)))];
}
