import path from 'node:path';
import type { Finding } from '../model/Finding.js';
import { fail, type Result, succeed } from '../model/Problem.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import type { LastHeard } from '../ros/doctor/findLastMessage.js';
import { runDoctor } from '../ros/doctor/runDoctor.js';
import type { HostRuntime } from '../ros/HostRuntime.js';
import { robotRosEnvironment } from '../ros/environment/robotRosEnvironment.js';
import { listedTopics } from '../ros/listedTopics.js';
import type { RosEnvironment } from '../ros/toolchain.js';
import { topicsOf } from './topicsOf.js';

/** The doctor's look at what is between a robot and this laptop. Problem `not-ros2` for the other kinds of source. */
export async function examineRobot(
  config: RobotConfig,
  parts: {
    readonly ros: Result<RosEnvironment>;
    readonly runtime: HostRuntime;
    /** The folder that holds `build/`. */
    readonly appRoot: string;
    /** Where the DDS profile of a chosen network interface is written. */
    readonly profileFile: string;
    /** When something of it came last; null for a domain without a robot file. */
    readonly lastHeard: LastHeard | null;
  },
): Promise<Result<readonly Finding[]>> {
  const { source, logs } = config;
  if (source.kind !== 'ros2') {
    return fail('not-ros2', 'The doctor knows ROS 2 robots only.', 'The ladder says what is wrong with this one.');
  }
  const { runtime, appRoot, profileFile, lastHeard } = parts;
  const ros = await robotRosEnvironment(source, { found: parts.ros, inherited: process.env, profileFile });
  const { moreLogTopics, metricTopics, numericRules } = topicsOf(config);
  const findings = await runDoctor({
    domainId: source.domainId,
    environment: source.environment,
    topics: listedTopics({
      logTopics: [...(logs.subscribeRosout ? ['/rosout'] : []), ...moreLogTopics],
      metricTopics,
      numericRules,
    }).map(({ topic }) => topic),
    rosEnvironment: ros.ok ? ros.value : null,
    rosProblem: ros.ok ? null : ros.problem,
    ...{ runtime, lastHeard },
    probeScript: path.join(appRoot, 'build/main/ros/doctor/probeProcess.js'),
  });
  return succeed(findings);
}
