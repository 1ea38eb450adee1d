import os from 'node:os';
import { ros2LogSchemaName, ros2MetricListSchemaName } from '../codec/schemas.js';
import type { Problem, Result } from '../model/Problem.js';
import { fail } from '../model/Problem.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import { unreachable } from '../model/unreachable.js';
import { FoxgloveSource } from '../ros/foxglove/FoxgloveSource.js';
import type { HostRuntime } from '../ros/HostRuntime.js';
import { openBag } from '../ros/replay/openBag.js';
import type { Recording } from '../ros/replay/Recording.js';
import { FileBookmark } from '../ros/replay/ReplayBookmark.js';
import { ReplaySource } from '../ros/replay/ReplaySource.js';
import { Ros1Source } from '../ros/ros1/Ros1Source.js';
import { Ros2Source } from '../ros/Ros2Source.js';
import type { RosEnvironment } from '../ros/toolchain.js';
import type { Clock } from '../seams/Clock.js';
import type { RobotSource } from '../seams/RobotSource.js';
import { openOriginals } from './openOriginals.js';
import type { SeenMessage } from './RobotSession.js';

export interface SourceParts {
  readonly clock: Clock;
  readonly runtime: HostRuntime;
  readonly hostScript: string;
  readonly rosEnvironment: RosEnvironment | null;
  readonly rosProblem: Problem | null;
  readonly bookmarkFile: string;
  readonly seenBefore: readonly SeenMessage[];
  readonly drain: () => Promise<void>;
}

/** The one place that knows every kind of source. */
export function sourceFor(config: RobotConfig, parts: SourceParts): RobotSource {
  const { name: robot, source, logs, metrics } = config;
  const { clock, seenBefore } = parts;
  const logTopics = [...(logs.subscribeRosout ? ['/rosout'] : []), ...logs.topics];
  const metricTopics = metrics.topics;
  switch (source.kind) {
    case 'ros2':
      return new Ros2Source({
        ...{ robot, config: source, logTopics, metricTopics, numericRules: source.numericRules, clock, seenBefore },
        ...{ rosEnvironment: parts.rosEnvironment, rosProblem: parts.rosProblem },
        ...{ runtime: parts.runtime, hostScript: parts.hostScript },
      });
    case 'ros1':
      return new Ros1Source({
        masterUri: source.environment['ROS_MASTER_URI'] ?? '',
        ip: source.environment['ROS_IP'] ?? '',
        rosout: logs.subscribeRosout,
        ...{ logTopics: logs.topics, metricTopics, clock },
      });
    case 'foxglove':
      return new FoxgloveSource({
        address: source.environment['FOXGLOVE_URL'] ?? '',
        ...{ logTopics, metricTopics, clock, seenBefore },
      });
    case 'replay': {
      const place = (source.replay?.path ?? '').replace(/^~(?=\/|$)/, os.homedir());
      return new ReplaySource({
        name: source.replay?.path ?? '',
        open: () => openRecording(place, [...logTopics, ...metricTopics], config),
        speed: source.replay?.speed ?? 1,
        topics: [
          ...logTopics.map((topic) => ({ topic, schemaName: ros2LogSchemaName })),
          ...metricTopics.map((topic) => ({ topic, schemaName: ros2MetricListSchemaName })),
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

/** A bag, or a folder without one that has the original nodes' files. */
async function openRecording(
  place: string,
  topics: readonly string[],
  config: RobotConfig,
): Promise<Result<Recording>> {
  if (place === '') {
    return fail(
      'no-path',
      'the robot file does not say what is to be replayed',
      'Set `replay_path` in its tether section.',
    );
  }
  const bag = await openBag({ place, topics });
  if (bag.ok || bag.problem.code !== 'no-bag') return bag;
  const originals = await openOriginals(place, config);
  return originals.ok ? originals : bag;
}
