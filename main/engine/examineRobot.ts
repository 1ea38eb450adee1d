import path from 'node:path';
import type { Finding } from '../model/Finding.js';
import { fail, type Result, succeed } from '../model/Problem.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import { runDoctor } from '../ros/doctor/runDoctor.js';
import type { HostRuntime } from '../ros/HostRuntime.js';
import { listedTopics } from '../ros/listedTopics.js';
import type { RosEnvironment } from '../ros/toolchain.js';

/** The doctor's look at what is between a robot and this laptop. Problem `not-ros2` for the other kinds of source. */
export async function examineRobot(
  { source, logs, metrics }: RobotConfig,
  parts: {
    readonly ros: Result<RosEnvironment>;
    readonly runtime: HostRuntime;
    /** The folder that holds `build/`. */
    readonly appRoot: string;
  },
): Promise<Result<readonly Finding[]>> {
  if (source.kind !== 'ros2') {
    return fail('not-ros2', 'The doctor knows ROS 2 robots only.', 'The ladder says what is wrong with this one.');
  }
  const { ros, runtime, appRoot } = parts;
  const findings = await runDoctor({
    domainId: source.domainId,
    environment: source.environment,
    topics: listedTopics({
      logTopics: [...(logs.subscribeRosout ? ['/rosout'] : []), ...logs.topics],
      metricTopics: metrics.topics,
      numericRules: source.numericRules,
    }).map(({ topic }) => topic),
    rosEnvironment: ros.ok ? ros.value : null,
    rosProblem: ros.ok ? null : ros.problem,
    runtime,
    probeScript: path.join(appRoot, 'build/main/ros/doctor/probeProcess.js'),
  });
  return succeed(findings);
}
