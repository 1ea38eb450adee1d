import type { Problem } from '../model/Problem.js';
import type { TopicStatus } from '../seams/RobotSource.js';
import type { ListedTopic } from './listedTopics.js';

/** A listed topic, with what is known of it now. */
export interface TopicState extends ListedTopic {
  publishers: number;
  problem: Problem | null;
  messages: number;
  lastReceivedNs: bigint | null;
  announced: boolean;
  /** Messages that DDS lost. */
  lost: number;
  numbered: boolean | null;
  /** Publishers by which all are heard with less, in words. */
  lowered: string | null;
}

export function newTopicState(listed: ListedTopic): TopicState {
  return {
    ...listed,
    publishers: 0,
    problem: null,
    messages: 0,
    lastReceivedNs: null,
    announced: false,
    lost: 0,
    numbered: null,
    lowered: null,
  };
}

export function topicStatusOf(state: TopicState): TopicStatus {
  const { topic, publishers, messages, lastReceivedNs, lost, numbered, lowered } = state;
  return {
    topic: topic.topic,
    schemaName: topic.schemaName,
    publishers,
    messages,
    lastReceivedNs,
    ...(numbered === true ? { lost } : {}),
    ...(lowered === null ? {} : { lowered }),
  };
}
