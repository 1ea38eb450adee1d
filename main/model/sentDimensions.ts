import type { MetricDimension } from './Record.js';

/** The dimensions that a metric is sent with: the robot file's default ones first, the message's own after, the first of a name wins. */
export function sentDimensions(
  defaults: readonly MetricDimension[],
  own: readonly MetricDimension[],
): readonly MetricDimension[] {
  const dimensions = new Map<string, MetricDimension>();
  for (const dimension of [...defaults, ...own]) {
    if (!dimensions.has(dimension.name)) dimensions.set(dimension.name, dimension);
  }
  return [...dimensions.values()];
}
