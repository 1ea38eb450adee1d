import { fail, type Result } from '../model/Problem.js';

/** A topic that cannot be read; `message` says which and why. */
export function unsupportedType(message: string): Result<never> {
  return fail(
    'unsupported-type',
    message,
    'Use topics of a Log type (rcl_interfaces, rosgraph_msgs, foxglove.Log) or of ros_monitoring_msgs MetricList.',
  );
}
