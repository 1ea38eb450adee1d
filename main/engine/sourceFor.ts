import os from 'node:os';
import { ros2LogSchemaName, ros2MetricListSchemaName } from '../codec/schemas.js';
import type { Result } from '../model/Problem.js';
import { fail } from '../model/Problem.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import { unreachable } from '../model/unreachable.js';
import { interfaceAddresses } from '../ros/environment/networkProfile.js';
import { type RosParts, robotRosEnvironment } from '../ros/environment/robotRosEnvironment.js';
import { FoxgloveSource } from '../ros/foxglove/FoxgloveSource.js';
import type { HostRuntime } from '../ros/HostRuntime.js';
import { type BagOptions, openBag } from '../ros/replay/openBag.js';
import type { Recording } from '../ros/replay/Recording.js';
import { FileBookmark } from '../ros/replay/ReplayBookmark.js';
import { ReplaySource } from '../ros/replay/ReplaySource.js';
import { Ros1Source } from '../ros/ros1/Ros1Source.js';
import { Ros2Source } from '../ros/Ros2Source.js';
import type { RosEnvironment } from '../ros/toolchain.js';
import type { Clock } from '../seams/Clock.js';
import type { RobotSource } from '../seams/RobotSource.js';
import { openOriginals } from './openOriginals.js';
import type { SeenMessage } from './SessionParts.js';
import { topicsOf } from './topicsOf.js';

export interface SourceParts {
  readonly clock: Clock;
  readonly runtime: HostRuntime;
  readonly hostScript: string;
  /** ROS 2 as set-up found it, or why there is none. */
  readonly ros: Result<RosEnvironment>;
  /** Where the DDS profile of a chosen network interface is written. */
  readonly profileFile: string;
  readonly bookmarkFile: string;
  readonly seenBefore: readonly SeenMessage[];
  readonly drain: () => Promise<void>;
}

/** The one place that knows every kind of source. */
export function sourceFor(config: RobotConfig, parts: SourceParts): RobotSource {
  const { name: robot, source, logs } = config;
  const { clock, seenBefore } = parts;
  const { moreLogTopics, metricTopics, numericRules } = topicsOf(config);
  const logTopics = [...(logs.subscribeRosout ? ['/rosout'] : []), ...moreLogTopics];
  switch (source.kind) {
    case 'ros2':
      return new Ros2Source({
        ...{ robot, config: source, logTopics, metricTopics, numericRules, clock, seenBefore },
        ros: (signal) => robotRosEnvironment(source, { ...rosParts(parts), signal }),
        ...(source.networkInterface === ''
          ? {}
          : { interfaceAddresses: () => interfaceAddresses(source.networkInterface) }),
        ...{ runtime: parts.runtime, hostScript: parts.hostScript },
      });
    case 'ros1':
      return new Ros1Source({
        masterUri: source.environment['ROS_MASTER_URI'] ?? '',
        ip: source.environment['ROS_IP'] ?? '',
        rosout: logs.subscribeRosout,
        ...{ logTopics: moreLogTopics, metricTopics, clock },
      });
    case 'foxglove':
      return new FoxgloveSource({
        address: source.environment['FOXGLOVE_URL'] ?? '',
        ...{ logTopics, metricTopics, numericRules, clock, seenBefore },
      });
    case 'replay': {
      const place = (source.replay?.path ?? '').replace(/^~(?=\/|$)/, os.homedir());
      return new ReplaySource({
        name: source.replay?.path ?? '',
        open: () => openRecording(place, { topics: [...logTopics, ...metricTopics], numericRules }, config),
        speed: source.replay?.speed ?? 1,
        topics: [
          ...logTopics.map((topic) => ({ topic, schemaName: ros2LogSchemaName })),
          ...metricTopics.map((topic) => ({ topic, schemaName: ros2MetricListSchemaName })),
          ...numericRules,
        ],
        bookmark: new FileBookmark(parts.bookmarkFile),
        drain: parts.drain,
        clock,
      });
    }
    default:
      return unreachable(source.kind);
  }
}

function rosParts({ ros, profileFile }: SourceParts): RosParts {
  return { found: ros, inherited: process.env, profileFile };
}

/** A bag, or a folder without one that has the original nodes' files. */
async function openRecording(
  place: string,
  wanted: Pick<BagOptions, 'topics' | 'numericRules'>,
  config: RobotConfig,
): Promise<Result<Recording>> {
  if (place === '') {
    return fail(
      'no-path',
      'the robot file does not say what is to be replayed',
      'Set `replay_path` in its tether section.',
    );
  }
  const bag = await openBag({ place, ...wanted });
  if (bag.ok || bag.problem.code !== 'no-bag') return bag;
  const originals = await openOriginals(place, config);
  return originals.ok ? originals : bag;
}
