import type { LogDestination, MetricDestination } from './Destination.js';
import type { RobotConfig } from './RobotConfig.js';

export interface Destinations {
  readonly log: LogDestination;
  readonly metric: MetricDestination;
}

/** Where records that are taken in under this configuration are to go. */
export function destinationsOf({ account, logs, metrics }: RobotConfig): Destinations {
  return {
    log: { kind: 'log', account, group: logs.group, stream: logs.stream },
    metric: { kind: 'metric', account, namespace: metrics.namespace },
  };
}
