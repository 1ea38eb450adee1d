import { statfs } from 'node:fs/promises';
import type { CallOutput } from '../contract/calls.js';
import { sizeWords } from '../cache/sizeWords.js';
import { destinationsOf } from '../model/destinationsOf.js';
import { needsReconnect } from '../model/needsReconnect.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import { checkPermissions } from '../upload/checkPermissions.js';
import { CloudWatchSink } from '../upload/CloudWatchSink.js';
import { LogGroups } from '../upload/LogGroups.js';
import type { RobotSession } from './RobotSession.js';

type TestAnswer = CallOutput<'config.test'>[number];

export interface ConfigTest {
  readonly config: RobotConfig;
  /** Null for a robot that is not open. */
  readonly session: RobotSession | null;
  readonly home: string;
  readonly localEndpoint: () => string | null;
}

const probeMsMax = 6_000;

/**
 * Whether a configuration would work, each part with its answer. It may be a draft: what it says is tried, not what is in
 * force. Nothing is changed, neither on the robot nor in the account.
 */
export async function testConfig(test: ConfigTest): Promise<TestAnswer[]> {
  return await Promise.all([
    Promise.resolve(topicsAnswer(test)),
    credentialsAnswer(test),
    permissionsAnswer(test),
    groupAnswer(test),
    diskAnswer(test),
  ]);
}

function answer(id: TestAnswer['id'], state: TestAnswer['state'], words: string, nextStep = '', copy = ''): TestAnswer {
  return { id, state, words, nextStep, copy };
}

function topicsAnswer({ config, session }: ConfigTest): TestAnswer {
  if (session?.connected !== true) {
    return answer(
      'topics',
      'unknown',
      'The robot is not connected, so its topics cannot be heard.',
      'Connect it first.',
    );
  }
  if (needsReconnect(session.config, config)) {
    return answer('topics', 'unknown', 'The draft changes the connection or its topics.', 'Apply it, then test again.');
  }
  const topics = session.topics();
  const silent = topics.filter(({ publishers }) => publishers === 0).map(({ topic }) => topic);
  const heard = topics.filter(({ publishers }) => publishers > 0).map(({ topic }) => topic);
  if (heard.length === 0) {
    const nextStep = 'Check the domain id, and that the robot runs.';
    return answer('topics', 'failed', `Nothing publishes on ${silent.join(', ') || 'any topic'}.`, nextStep);
  }
  if (silent.length === 0) return answer('topics', 'ok', `Live: ${heard.join(', ')}.`);
  const words = `Live: ${heard.join(', ')}. Nothing publishes on ${silent.join(', ')}.`;
  return answer('topics', 'warning', words, 'Check these names against the robot.');
}

async function credentialsAnswer({ config, localEndpoint }: ConfigTest): Promise<TestAnswer> {
  const { account, connection, sending } = config;
  const { accountId, onlyRegion } = sending;
  const sink = new CloudWatchSink({ account, connection, localEndpoint, accountId, onlyRegion });
  const probe = await sink.probe(AbortSignal.timeout(probeMsMax));
  sink.close();
  if (!probe.reachable && probe.problem !== null) {
    return answer('credentials', 'unknown', `Nobody can be asked: ${probe.problem.message}`, probe.problem.nextStep);
  }
  if (probe.problem !== null) {
    return answer('credentials', 'failed', probe.problem.message, probe.problem.nextStep);
  }
  if (account.cloud === 'local') return answer('credentials', 'ok', 'The local CloudWatch takes any: none are needed.');
  const who = probe.accountId === null ? '' : ` for account ${probe.accountId}`;
  return answer('credentials', 'ok', `Accepted${who}.`);
}

async function permissionsAnswer({ config, localEndpoint }: ConfigTest): Promise<TestAnswer> {
  if (config.account.cloud === 'local') {
    return answer('permissions', 'ok', 'The local CloudWatch allows everything: none are needed.');
  }
  const { connection, sending } = config;
  const report = await checkPermissions({
    ...destinationsOf(config),
    ...{ connection, localEndpoint, accountId: sending.accountId },
  });
  const { problem, answers, policy } = report;
  if (problem !== null) {
    return answer('permissions', 'unknown', `They could not be tried: ${problem.message}`, problem.nextStep, policy);
  }
  const missing = answers.filter(({ state }) => state === 'missing');
  if (missing.length > 0) {
    const words = missing.map(({ action, words: use }) => `${action} is missing. ${use}`).join(' ');
    const state = missing.some(({ needed }) => needed) ? 'failed' : 'warning';
    const nextStep =
      'Give the policy to who looks after the account: it allows what Tether does for this robot, no more.';
    return answer('permissions', state, words, nextStep, policy);
  }
  const untold = answers.filter(({ state }) => state === 'untold').map(({ action }) => action);
  const allowed = answers.filter(({ state }) => state === 'allowed').map(({ action }) => action);
  const words = `Allowed: ${allowed.join(', ')}.`;
  if (untold.length === 0) return answer('permissions', 'ok', words, '', policy);
  const nextStep = `${untold.join(' and ')} cannot be tried without making something: the first upload shows it.`;
  return answer('permissions', 'warning', words, nextStep, policy);
}

async function groupAnswer({ config, localEndpoint }: ConfigTest): Promise<TestAnswer> {
  const { account, connection, logs } = config;
  const groups = await new LogGroups({ account, connection, localEndpoint }).list(logs.group);
  if (!groups.ok) {
    const words = `Whether "${logs.group}" is there cannot be seen: ${groups.problem.message}`;
    return answer('group', 'unknown', words, groups.problem.nextStep);
  }
  const place = account.region === '' ? '' : ` in ${account.region}`;
  if (groups.value.includes(logs.group)) return answer('group', 'ok', `"${logs.group}" exists${place}.`);
  const nextStep = 'The first upload makes it. Make it now to see whether that is allowed.';
  return answer('group', 'warning', `"${logs.group}" is not there yet${place}.`, nextStep);
}

async function diskAnswer({ config, session, home }: ConfigTest): Promise<TestAnswer> {
  const usage = session === null ? null : await session.usage();
  const problem = usage?.problem ?? null;
  if (problem !== null) return answer('disk', 'failed', problem.message, problem.nextStep);
  try {
    const { bavail, bsize } = await statfs(home);
    const free = bavail * bsize;
    const wanted = Math.max(0, config.cache.bytesMax - (usage?.bytes ?? 0));
    const words = `${sizeWords(free)} free, and up to ${sizeWords(wanted)} wanted for what waits.`;
    if (free >= wanted) return answer('disk', 'ok', `Written to at this moment: ${words}`);
    return answer(
      'disk',
      'warning',
      words,
      'Lower storage_limit, or make room: on a full disk nothing goes that is kept, but new records wait in memory, and are lost and counted when that is full.',
    );
  } catch (error) {
    return answer('disk', 'failed', `${home}: ${String(error)}`, 'Check that the folder can be written.');
  }
}
