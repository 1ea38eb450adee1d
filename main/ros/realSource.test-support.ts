import { systemClock } from '../seams/Clock.js';
import { ownHostRuntime } from './HostRuntime.js';
import { compiledHostScript, foundRos } from './realRos.test-support.js';
import { Ros2Source, type Ros2SourceOptions } from './Ros2Source.js';

/** A source of the real ROS 2, as an engine makes it: logs and metrics of a domain, received by the compiled host. */
export function realSource(config: Ros2SourceOptions['config'], changes: Partial<Ros2SourceOptions> = {}): Ros2Source {
  return new Ros2Source({
    robot: 'rover',
    config,
    logTopics: ['/rosout'],
    metricTopics: ['/metrics'],
    ros: foundRos,
    runtime: ownHostRuntime(),
    hostScript: compiledHostScript(),
    clock: systemClock,
    ...changes,
  });
}
