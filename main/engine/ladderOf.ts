import type { MeteredSending } from '../contract/frames.js';
import type { RungId } from '../model/Ladder.js';
import { unreachable } from '../model/unreachable.js';
import type { CacheUsage } from '../seams/Cache.js';
import type { SourceStatus, TopicStatus } from '../seams/RobotSource.js';
import type { RungNow } from './LadderKeeper.js';
import type { LinkState } from './LinkWatch.js';
import { skewWords } from '../upload/outcomeOfError.js';
import type { RecentLoss } from './RecentLosses.js';

/** What the ladder is made from. */
export interface LadderFacts {
  readonly robot: string;
  readonly source: SourceStatus;
  readonly usage: CacheUsage;
  readonly nowNs: bigint;
  /** Restart of the host within the last seconds, in words, or null. */
  readonly hostReturnedWords: string | null;
  /** Lost on the way from the robot within the last minute. */
  readonly recentLoss: RecentLoss | null;
  /** Lost within the last minute because the disk did not take them. */
  readonly recentDiskLoss: RecentLoss | null;
  readonly link: LinkFacts;
  /** While the link is metered for this robot. */
  readonly metered: MeteredSending | null;
  /** By how much this laptop's clock is ahead of CloudWatch's. */
  readonly clockAheadMs: number | null;
  /** Lines that were left out because they are of nodes outside the robot's namespace. */
  readonly others: { readonly namespace: string; readonly logs: number };
}

export interface LinkFacts extends LinkState {
  readonly cloud: 'aws' | 'local';
}

/** The ladder of one robot: the answer to "why is nothing happening". */
export function ladderOf(facts: LadderFacts): Readonly<Record<RungId, RungNow>> {
  return {
    robot: robotRung(facts),
    topics: topicsRung(facts),
    disk: diskRung(facts),
    internet: internetRung(facts.link, facts.metered),
    account: accountRung(facts.link, facts.clockAheadMs),
  };
}

function rung(state: RungNow['state'], words: string, reason: string, nextStep = ''): RungNow {
  return { state, words, reason, nextStep };
}

function robotRung({ source, hostReturnedWords }: LadderFacts): RungNow {
  switch (source.state) {
    case 'starting':
      if (source.hostless === true && source.restarts > 0)
        return rung('warning', 'connection lost', source.reason, source.nextStep);
      return source.restarts > 0
        ? rung('warning', 'robot host restarting', source.reason, source.nextStep)
        : rung('waiting', 'connecting', source.reason, source.nextStep);
    case 'waiting':
      return rung(
        'waiting',
        source.hostless === true ? 'nothing to hear' : 'no robot heard',
        source.reason,
        source.nextStep,
      );
    case 'receiving':
      return hostReturnedWords === null
        ? rung('ok', 'robot', source.reason || 'The robot is heard.')
        : rung('warning', source.hostless === true ? 'connection was lost' : 'robot host restarted', hostReturnedWords);
    case 'stopped':
      return rung('unknown', 'not connected', 'This robot is not connected.', 'Connect it from its menu in the list.');
    case 'failed':
      return rung('failed', 'cannot connect', source.reason, source.nextStep);
    default:
      return unreachable(source.state);
  }
}

function topicsRung({ source, nowNs, recentLoss, others }: LadderFacts): RungNow {
  if (source.state !== 'receiving' && source.state !== 'waiting') {
    return rung('unknown', 'topics', 'Topics are known once the robot is heard.');
  }
  const withoutPublisher = source.topics.filter((topic) => topic.publishers === 0).map((topic) => topic.topic);
  const heard = source.topics.filter((topic) => topic.publishers > 0);
  if (heard.length === 0) {
    return rung(
      'waiting',
      'no publishers',
      `Nothing publishes on ${list(withoutPublisher)}.`,
      source.hostless === true ? source.nextStep : 'Check the domain id and that the robot runs.',
    );
  }
  const words = heard.map(topicWords);
  const newest = heard.reduce<bigint | null>((latest, topic) => later(latest, topic.lastReceivedNs), null);
  const silentS = newest === null ? null : Number((nowNs - newest) / 1_000_000_000n);
  if (silentS !== null && silentS >= silentAfterS) {
    return rung(
      'warning',
      `silent ${silentS} s`,
      `Heard: ${list(words)}; nothing came for ${silentS} s.`,
      'See whether the robot still runs.',
    );
  }
  if (recentLoss !== null) {
    return rung(
      'warning',
      `${recentLoss.count} lost`,
      `${recentLoss.count} lost in the last minute, most of them: ${recentLoss.reason}. Heard: ${list(words)}.`,
      'The lines say where. When it is DDS history, or between a node and this laptop, see whether the link is bad, or a node logs faster than the link carries.',
    );
  }
  const silent = withoutPublisher.length === 0 ? '' : ` Nothing publishes on ${list(withoutPublisher)}.`;
  return rung('ok', 'topics', `Heard: ${list(words)}.${silent}${loweredWords(heard)}${otherWords(others)}`);
}

function diskRung({ usage, robot, recentDiskLoss }: LadderFacts): RungNow {
  const isLosing = usage.lostWaiting > 0;
  if (usage.problem !== null) {
    const { code, message, nextStep } = usage.problem;
    const words = code === 'disk-low' ? 'disk nearly full' : 'disk not writing';
    return rung('failed', isLosing ? losingWords : words, message, nextStep);
  }
  if (usage.slowness !== null) {
    const { message, nextStep } = usage.slowness;
    return isLosing ? rung('failed', losingWords, message, nextStep) : rung('warning', 'disk slow', message, nextStep);
  }
  if (recentDiskLoss !== null) {
    return rung(
      'warning',
      `${recentDiskLoss.count} lost`,
      `${recordWords(recentDiskLoss.count)} of the last minute were lost: ${recentDiskLoss.reason}. The disk takes records again.`,
      'The lines say where. See what kept the disk, before it happens again.',
    );
  }
  const evicted = usage.lost.evicted ?? 0;
  const fill = usage.bytesMax === 0 ? 0 : usage.bytes / usage.bytesMax;
  if (fill >= fullFrom) {
    const gone = evicted > 0 ? ` ${evicted} records were dropped so far.` : '';
    return rung(
      'warning',
      'cache full',
      usage.bytesMaxCause === 'robot-limit'
        ? `The cache is at its limit: the oldest records make room for new ones.${gone}`
        : `All robots' caches together are at the limit of this laptop: the largest gives up its oldest records.${gone}`,
      usage.bytesMaxCause === 'robot-limit'
        ? 'Flush, or raise storage_limit in the robot file.'
        : 'Flush, or raise the limit in the settings (Ctrl ,).',
    );
  }
  if (usage.recoveries.length > 0) return recoveredRung(usage.recoveries, robot);
  return rung('ok', 'disk', 'Every record is on disk within a moment of arriving.');
}

const losingWords = 'records are lost';

/** Stays until a person has dismissed it: what could not be read was set aside, and may want to be looked at. */
function recoveredRung(recoveries: CacheUsage['recoveries'], robot: string): RungNow {
  const newest = recoveries.at(-1)?.words ?? '';
  const others = recoveries.length === 1 ? '' : ` (${recoveries.length} such findings, the newest first here)`;
  return {
    ...rung(
      'warning',
      'damage was mended',
      `Records are stored as usual. When the cache was opened, something was found damaged${others}: ${newest}.`,
      'Have all files looked through, then dismiss this.',
    ),
    command: `tether cache check --robot ${robot}`,
  };
}

function internetRung(link: LinkFacts, metered: MeteredSending | null): RungNow {
  const where = link.cloud === 'local' ? 'the local CloudWatch' : 'CloudWatch';
  if (link.reachable === null) return rung('unknown', 'internet', `${where} was not tried yet.`);
  if (!link.reachable) {
    const words = unreachableWords[link.problem?.code ?? ''] ?? (link.cloud === 'local' ? 'no link' : 'no internet');
    return rung('failed', words, link.problem?.message ?? `${where} cannot be reached.`, link.problem?.nextStep ?? '');
  }
  if (metered !== null) return meteredRung(metered);
  return rung('ok', link.cloud === 'local' ? 'local link' : 'internet', `${where} answers.`);
}

function meteredRung({ sends, waitingRecords }: MeteredSending): RungNow {
  const all = sends.length === 0 ? '' : `; ${list(sends)} go by themselves`;
  return rung(
    waitingRecords > 0 ? 'waiting' : 'ok',
    'metered link',
    `Metered link: waits for you. ${recordWords(waitingRecords)}${all}.`,
    waitingRecords > 0 ? 'Flush what you want to send, or say that this link is not metered.' : '',
  );
}

export function recordWords(records: number): string {
  return `${records.toLocaleString('en')} ${records === 1 ? 'record' : 'records'}`;
}

function accountRung(link: LinkFacts, clockAheadMs: number | null): RungNow {
  if (link.notAuthorised) {
    const now = rung(
      'failed',
      refusalWords[link.problem?.code ?? ''] ?? 'not authorised',
      link.problem?.message ?? 'The credentials were refused.',
      link.problem?.nextStep ?? '',
    );
    return link.problem?.command === undefined ? now : { ...now, command: link.problem.command };
  }
  if (link.reachable !== true) return rung('unknown', 'account', 'Known once CloudWatch answers.');
  if (link.cloud === 'local')
    return rung('ok', 'local, not AWS', 'Records go to the CloudWatch that Tether runs on this laptop.');
  if (clockAheadMs !== null && Math.abs(clockAheadMs) >= wrongClockMs) {
    return rung(
      'warning',
      `clock ${skewWords(clockAheadMs)}`,
      `The credentials are accepted, but this laptop's clock is ${skewWords(clockAheadMs)} of CloudWatch's. From five minutes on requests are refused.`,
      'Set the clock: timedatectl set-ntp true.',
    );
  }
  return rung('ok', link.accountId === null ? 'account' : `account ${link.accountId}`, 'The credentials are accepted.');
}

/** Of problems of which more is known than that nothing answers. */
const unreachableWords: Readonly<Record<string, string>> = {
  proxy: 'proxy',
  'ca-file': 'CA file',
};

const refusalWords: Readonly<Record<string, string>> = {
  'other-account': 'wrong account',
  'other-region': 'wrong region',
};

/** Well below the five minutes that a signature of AWS may be off. */
const wrongClockMs = 60_000;

/** A robot that logs less often than this is rare; one that stopped is what a person wants to know. */
const silentAfterS = 15;

/** From this share of the limit on the cache counts as full: the next segments will push out the oldest. */
const fullFrom = 0.97;

function otherWords({ namespace, logs }: LadderFacts['others']): string {
  return logs === 0 ? '' : ` ${logs} lines from outside ${namespace} were left out.`;
}

function loweredWords(topics: readonly TopicStatus[]): string {
  return topics.flatMap(({ topic, lowered }) => (lowered === undefined ? [] : [` On ${topic}, ${lowered}`])).join('');
}

function topicWords({ topic, publishers, messages, lost }: TopicStatus): string {
  const lostWords = lost === undefined || lost === 0 ? '' : `, ${lost} lost on the way`;
  return `${topic} (${publishers} publishers, ${messages} messages${lostWords})`;
}

function list(words: readonly string[]): string {
  return words.length === 0 ? 'no topic' : words.join(', ');
}

function later(a: bigint | null, b: bigint | null): bigint | null {
  if (a === null) return b;
  return b !== null && b > a ? b : a;
}
