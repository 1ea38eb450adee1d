import { ros2LogSchemaName } from '../../codec/schemas.js';
import type { Finding } from '../../model/Finding.js';
import { oddPublishers, oddWords } from '../oddPublishers.js';
import { durationWords } from './durationWords.js';
import type { ProbeReport } from './probeReport.js';

/** CloudWatch refuses what is further in the future (2 h), and a person is misled long before. */
export const clockDifferenceMsMax = 2_000;

type TopicReport = ProbeReport['topics'][number];

/** One finding a topic, and one on the robot's clock. */
export function findTopics({ topics, listenedMs }: ProbeReport): readonly Finding[] {
  return [...topics.map((topic) => findTopic(topic, listenedMs)), findClock(topics)];
}

function findTopic(report: TopicReport, listenedMs: number): Finding {
  const { topic, schemaName, problem, publishers, messages } = report;
  const base = { id: `topic ${topic}`, title: `Topic ${topic}` };
  const details = publishers.map(
    ({ node, type, reliable, keepsMessages }) =>
      `${node}: ${type}, ${reliable ? 'reliable' : 'best effort'}, ${keepsMessages ? 'transient local' : 'volatile'}`,
  );
  if (problem !== null) {
    return { ...base, state: 'failed', words: problem.message, nextStep: problem.nextStep, details };
  }
  const ofType = publishers.filter(({ type }) => type === schemaName);
  const [other] = publishers.filter(({ type }) => type !== schemaName);
  if (other !== undefined) {
    return {
      ...base,
      state: ofType.length === 0 ? 'failed' : 'warning',
      words: `${other.node} publishes it as ${other.type}, where ${schemaName} is read.`,
      nextStep: 'Have the node publish that type, or take the topic off the list in the robot file.',
      details,
    };
  }
  if (publishers.length === 0) {
    return {
      ...base,
      ...{ state: 'warning', words: 'Nobody publishes it.', details },
      nextStep: 'See whether the node runs, and whether the name in the robot file is right, with its namespace.',
    };
  }
  const heard = `${count(publishers.length, 'publisher')}, ${count(messages, 'message')} in ${listenedMs / 1000} s`;
  const odd = oddPublishers(ofType, schemaName === ros2LogSchemaName);
  const words = oddWords(odd);
  if (words !== '') {
    const [node = ''] = [...odd.bestEffort, ...odd.volatile];
    return {
      ...base,
      ...{ state: 'warning', words: `${heard}. ${words}`, details },
      nextStep: `Have ${node} publish as the others do (${schemaName === ros2LogSchemaName ? 'reliable, transient local' : 'reliable'}), or on another topic. Once it is gone, Tether listens with the better again.`,
    };
  }
  const unreliable = ofType.filter(({ reliable }) => !reliable).map(({ node }) => node);
  if (unreliable.length > 0) {
    return {
      ...base,
      state: 'note',
      words: `${heard}. ${unreliable.join(', ')} sends best effort: on a bad link messages are lost, and counted, not sent again.`,
      nextStep: 'Tether listens in the same way. For logs that must not be lost, have the node publish reliably.',
      details,
    };
  }
  const numbered =
    report.numbered === false ? ' This RMW does not number messages: losses in DDS are not counted.' : '';
  return { ...base, state: numbered === '' ? 'ok' : 'note', words: `${heard}.${numbered}`, nextStep: '', details };
}

function findClock(topics: readonly TopicReport[]): Finding {
  const base = { id: 'clock', title: "The robot's clock", details: [] };
  const differences = topics.flatMap(({ clockDifferenceMs }) =>
    clockDifferenceMs === null ? [] : [clockDifferenceMs],
  );
  if (differences.length === 0) {
    return { ...base, state: 'note', words: 'Not known: no message came while it was listened.', nextStep: '' };
  }
  // The quickest message was under way for the shortest time.
  const difference = differences.reduce((least, each) => (Math.abs(each) < Math.abs(least) ? each : least));
  if (Math.abs(difference) <= clockDifferenceMsMax) {
    return {
      ...base,
      state: 'ok',
      words: `Agrees with this laptop's, within ${clockDifferenceMsMax / 1000} s.`,
      nextStep: '',
    };
  }
  return {
    ...base,
    state: 'warning',
    words: `It is ${durationWords(Math.abs(difference))} ${difference > 0 ? 'behind' : 'ahead of'} this laptop's.`,
    nextStep:
      'Set it before the run: CloudWatch refuses stamps of more than 14 days ago or 2 hours ahead, and lines would be in the wrong order.',
  };
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
