import { networkInterfaces } from 'node:os';
import type { CallOutput } from '../contract/calls.js';
import { namespacesOf } from '../model/namespace.js';
import { findDistributions } from '../ros/environment/findDistributions.js';
import { LogGroups } from '../upload/LogGroups.js';
import { awsProfiles } from './awsProfiles.js';
import type { RobotSession } from './RobotSession.js';

const nodesMax = 200;
const newestRowsMax = 5_000;

/** What was seen on the robot and in its account; `session` is null for a robot that is not open. */
export async function configChoices(
  session: RobotSession | null,
  localEndpoint: () => string | null,
): Promise<CallOutput<'config.choices'>> {
  const profiles = await awsProfiles(process.env);
  const laptop = { profiles, distributions: [...findDistributions()], interfaces: interfacesUp() };
  if (session === null) {
    return { logTopics: [], metricTopics: [], nodes: [], logGroups: [], namespaces: [], ...laptop };
  }
  const { account, connection } = session.config;
  const groups = await new LogGroups({ account, connection, localEndpoint }).list('');
  const there = await session.askNodes((source) => source.listTopics?.());
  const known = [
    ...session.topics().map(({ topic, schemaName }) => ({ topic, types: [schemaName] })),
    // Also those that nobody listens to yet.
    ...(there.ok ? there.value : []),
  ];
  const topicsOf = (type: RegExp): string[] =>
    [...new Set(known.flatMap(({ topic, types }) => (types.some((one) => type.test(one)) ? [topic] : [])))].toSorted();
  const nodes = session.logs.nodes(newestRowsMax);
  return {
    logTopics: topicsOf(/\/Log$/).filter((topic) => topic !== '/rosout'),
    metricTopics: topicsOf(/\/MetricList$/),
    nodes: nodes.slice(0, nodesMax),
    namespaces: namespacesOf(nodes),
    logGroups: groups.ok ? [...groups.value] : [],
    ...laptop,
  };
}

function interfacesUp(): string[] {
  return Object.entries(networkInterfaces())
    .filter(([, addresses]) => addresses?.some(({ family, internal }) => family === 'IPv4' && !internal) === true)
    .map(([name]) => name);
}
