import { inNamespace } from '../model/namespace.js';
import type { RobotConfig } from '../model/RobotConfig.js';

/** The topics that a robot file lists (/rosout apart), relative names within the robot's namespace. */
export function topicsOf({ source, logs, metrics }: RobotConfig): {
  readonly moreLogTopics: readonly string[];
  readonly metricTopics: readonly string[];
} {
  const placed = (topics: readonly string[]): readonly string[] =>
    topics.map((topic) => inNamespace(source.namespace, topic));
  return { moreLogTopics: placed(logs.topics), metricTopics: placed(metrics.topics) };
}
