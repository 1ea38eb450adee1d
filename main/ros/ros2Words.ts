import { unreachable } from '../model/unreachable.js';
import type { SourceStatus } from '../seams/RobotSource.js';

/** What a ROS 2 robot's status says where nothing is wrong: the reason, and what a person can do. */
export function ros2Words(
  state: SourceStatus['state'],
  domainId: number,
  publishers: number,
): { readonly reason: string; readonly nextStep: string } {
  switch (state) {
    case 'starting':
      return { reason: `joining ROS domain ${domainId}`, nextStep: '' };
    case 'waiting':
      return {
        reason: `nothing publishes logs or metrics on ROS domain ${domainId}`,
        nextStep: 'Check that the robot is on, on this network, and on this domain.',
      };
    case 'receiving':
      return { reason: `${countOf(publishers)} on ROS domain ${domainId}`, nextStep: '' };
    case 'stopped':
      return { reason: 'disconnected', nextStep: '' };
    case 'failed':
      return { reason: 'it cannot be reached', nextStep: '' };
    default:
      return unreachable(state);
  }
}

function countOf(publishers: number): string {
  if (publishers === 0) return 'receiving';
  return publishers === 1 ? '1 publisher' : `${publishers} publishers`;
}
