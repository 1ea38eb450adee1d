// @ts-check
import path from 'node:path';
import { rootDir, toolchainPath } from '../../setup/paths.mjs';

const { Ros2Source } = await import('../../../build/main/ros/Ros2Source.js');
const { ownHostRuntime } = await import('../../../build/main/ros/HostRuntime.js');
const { readRosEnvironment } = await import('../../../build/main/ros/toolchain.js');
const { systemClock } = await import('../../../build/main/seams/Clock.js');

/**
 * Our robot host and the source that it hands its batches to, with the logs of a domain and nothing behind it.
 * @param {number} domainId
 */
export function benchSource(domainId) {
  const ros = readRosEnvironment(toolchainPath, {});
  return new Ros2Source({
    robot: 'bench',
    config: { domainId, environment: {} },
    logTopics: ['/rosout'],
    metricTopics: [],
    ros: () => Promise.resolve(ros),
    runtime: ownHostRuntime(),
    hostScript: path.join(rootDir, 'build/main/ros/robotHost.js'),
    clock: systemClock,
  });
}
