import { inNamespace } from '../model/namespace.js';
import type { NumericRule } from '../model/NumericRule.js';
import type { RobotConfig } from '../model/RobotConfig.js';

/** The topics that a robot file lists (/rosout apart), from the root on: relative names lie within the robot's namespace. */
export function topicsOf({ source, logs, metrics }: Pick<RobotConfig, 'source' | 'logs' | 'metrics'>): {
  readonly moreLogTopics: readonly string[];
  readonly metricTopics: readonly string[];
  readonly numericRules: readonly NumericRule[];
} {
  const placed = (topic: string): string => inNamespace(source.namespace, topic);
  return {
    moreLogTopics: logs.topics.map(placed),
    metricTopics: metrics.topics.map(placed),
    numericRules: source.numericRules.map((rule) => ({ ...rule, topic: placed(rule.topic) })),
  };
}
