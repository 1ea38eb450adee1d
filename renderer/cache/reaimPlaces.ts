import type { RobotStatus } from '../../main/contract/frames.js';
import { destinationOfKey } from '../../main/model/Destination.js';

/** A place that records can be given, where at least some of them do not go already. */
export interface ReaimPlace {
  readonly kind: 'log' | 'metric';
  /** As `destinationKey`. */
  readonly destination: string;
  readonly goesTo: string;
  readonly account: string;
  /** Who names the place. */
  readonly source: string;
  /** Of what is meant: how many would be given it. */
  readonly records: number;
}

/** Where the records go now: how many of those that are meant, by destination. */
export type MeantByDestination = ReadonlyMap<string, number>;

/**
 * The robot's own file comes first, then where others of its records go, then what the files of other robots name. Nothing is
 * offered to records that are all there already.
 */
export function reaimPlaces(
  robot: RobotStatus,
  others: readonly RobotStatus[],
  meant: MeantByDestination,
): readonly ReaimPlace[] {
  const places = new Map<string, ReaimPlace>();
  const offer = (destination: string, goesTo: string, account: string, source: string): void => {
    const kind = destinationOfKey(destination)?.kind;
    if (kind === undefined || places.has(destination)) return;
    const records = countElsewhere(meant, destination, kind);
    if (records > 0) places.set(destination, { kind, destination, goesTo, account, source, records });
  };
  const offerFile = ({ sendsTo }: RobotStatus, source: string): void => {
    offer(sendsTo.logDestination, sendsTo.logs, sendsTo.account, source);
    offer(sendsTo.metricDestination, sendsTo.metrics, sendsTo.account, source);
  };
  offerFile(robot, 'as the robot file says now');
  for (const group of robot.pending)
    offer(group.destination, group.goesTo, group.account, 'where others of this robot go');
  for (const other of others) if (other.name !== robot.name) offerFile(other, `as the file of ${other.name} says`);
  return [...places.values()];
}

function countElsewhere(meant: MeantByDestination, destination: string, kind: string): number {
  let records = 0;
  for (const [key, count] of meant) {
    if (key !== destination && destinationOfKey(key)?.kind === kind) records += count;
  }
  return records;
}

/** Every destination of the kind but this one: records that are there already need not be written anew. */
export function destinationsBut(meant: MeantByDestination, place: ReaimPlace): string[] {
  return [...meant.keys()].filter((key) => key !== place.destination && destinationOfKey(key)?.kind === place.kind);
}
