import type { MetricDimension } from './Record.js';

/**
 * A text that is equal exactly for what CloudWatch takes for one custom metric of a namespace: the name with its dimensions, in
 * any order. The unit makes none ("Custom metrics" in the CloudWatch User Guide).
 */
export function metricIdentity(name: string, dimensions: readonly MetricDimension[]): string {
  if (dimensions.length === 0) return JSON.stringify([name]);
  const parts = dimensions.map((dimension) => [dimension.name, dimension.value] as const);
  return JSON.stringify([name, ...parts.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))]);
}
