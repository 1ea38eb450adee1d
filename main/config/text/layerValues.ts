import type { Entry } from './findEntries.js';
import type { ParameterValue } from './ParameterValue.js';

/** A right value and where it stands. */
export interface Given {
  readonly value: ParameterValue;
  readonly entry: Entry;
}

/**
 * The right values of one file by the node that they are given to (`/**` for every node), in the order in which the file
 * first names the nodes; within one by entryKeyOf.
 */
export type GivenByNode = ReadonlyMap<string, ReadonlyMap<string, Given>>;

/** A value that counts, and the file that it comes from. */
export interface LayeredValue extends Given {
  readonly from: 'robot' | 'fleet';
}

export const everyNode = '/**';

/**
 * What counts when a node is started with `--params-file FLEET --params-file ROBOT`. ROS 2 puts the files together node by
 * node, the later file's value over the earlier's, and then goes through the nodes in the order in which they were first
 * named, the last one that gives a value winning (tried with rclpy of Jazzy; so a `/**` of the robot's file loses to a node's
 * own section of the fleet's file, when that names `/**` before it). `ownWins`: ROS 1 knows no such order.
 */
export function layerValues(
  fleet: GivenByNode,
  robot: GivenByNode,
  ownWins: boolean,
): ReadonlyMap<string, LayeredValue> {
  const layered = new Map<string, LayeredValue>();
  const take = (values: ReadonlyMap<string, Given> | undefined, from: LayeredValue['from']): void => {
    for (const [key, given] of values ?? []) layered.set(key, { ...given, from });
  };
  for (const node of new Set([...fleet.keys(), ...robot.keys()])) {
    take(fleet.get(node), 'fleet');
    take(robot.get(node), 'robot');
  }
  if (ownWins) for (const values of robot.values()) take(values, 'robot');
  return layered;
}
