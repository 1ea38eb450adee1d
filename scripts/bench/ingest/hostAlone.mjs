// @ts-check
/** Our robot host and the source that it hands its batches to, which only counts. Argument: the domain. */
import path from 'node:path';
import { rootDir, toolchainPath } from '../../setup/paths.mjs';
import { answer, ownCpuS } from './answer.mjs';
import { cpuSOf } from './childCpu.mjs';

const { Ros2Source } = await import('../../../build/main/ros/Ros2Source.js');
const { ownHostRuntime } = await import('../../../build/main/ros/HostRuntime.js');
const { readRosEnvironment } = await import('../../../build/main/ros/toolchain.js');
const { systemClock } = await import('../../../build/main/seams/Clock.js');

const ros = readRosEnvironment(toolchainPath, {});
const source = new Ros2Source({
  robot: 'bench',
  config: { domainId: Number(process.argv[2]), environment: {} },
  logTopics: ['/rosout'],
  metricTopics: [],
  ros: () => Promise.resolve(ros),
  runtime: ownHostRuntime(),
  hostScript: path.join(rootDir, 'build/main/ros/robotHost.js'),
  clock: systemClock,
});
let received = 0;
let lost = 0;
await source.start((event) => {
  if (event.type === 'messages') received += event.messages.length;
  if (event.type === 'loss') lost += event.loss.count;
});
answer({
  received: () => received,
  lost: () => lost,
  cpuS: () => ownCpuS() + cpuSOf(source.status().hostPid),
  end: () => source.stop(),
});
