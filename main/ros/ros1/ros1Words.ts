import type { Problem } from '../../model/Problem.js';
import { unreachable } from '../../model/unreachable.js';
import type { SourceStatus } from '../../seams/RobotSource.js';

export interface Ros1Facts {
  readonly state: SourceStatus['state'];
  readonly masterUri: string;
  /** Publishers that are connected. */
  readonly heard: number;
  readonly masterProblem: Problem | null;
  /** Why a topic cannot be taken, or a node not be reached. */
  readonly topicProblem: Problem | null;
}

/** What a person is told of a ROS 1 source: the master's trouble first, as it explains the rest. */
export function ros1Words(facts: Ros1Facts): Pick<SourceStatus, 'reason' | 'nextStep'> {
  const { state, heard, masterProblem, topicProblem } = facts;
  const place = `the ROS master at ${facts.masterUri}`;
  if (state === 'stopped') return { reason: 'disconnected', nextStep: '' };
  if (masterProblem !== null) {
    const publishers = heard === 1 ? '1 publisher is' : `${heard} publishers are`;
    const still = state === 'receiving' ? `; ${publishers} still heard` : '';
    return { reason: `${masterProblem.message}${still}`, nextStep: masterProblem.nextStep };
  }
  if (topicProblem !== null) return { reason: topicProblem.message, nextStep: topicProblem.nextStep };
  switch (state) {
    case 'starting':
      return { reason: `asking ${place}`, nextStep: '' };
    case 'waiting':
      return {
        reason: `${place} knows nobody who publishes logs or metrics`,
        nextStep: 'Check that the nodes run, and that they use this master.',
      };
    case 'receiving':
      return { reason: `${heard === 1 ? '1 publisher' : `${heard} publishers`} by ${place}`, nextStep: '' };
    case 'failed':
      return { reason: 'disconnected', nextStep: '' };
    default:
      return unreachable(state);
  }
}
